//! Every reader on what people write, on what is broken, and on what is meant to hurt.

use barding_deps::lockfiles::{LOCKFILES, format_of};
use barding_deps::{Group, Origin, Package, Packages};
use barding_source::{MemoryTree, ReadLimits, Sources};
use camino::Utf8Path;
use proptest::prelude::*;

fn lossy(bytes: &[u8], _: &Utf8Path) -> (String, Option<String>) {
    (String::from_utf8_lossy(bytes).into_owned(), None)
}

fn read(files: &[(&str, &str)]) -> Packages {
    let mut tree = MemoryTree::new();
    for (path, text) in files {
        tree.add(*path, text.as_bytes().to_vec());
    }
    Packages::read(&Sources::new(&tree, ReadLimits::default(), lossy))
}

fn one<'a>(packages: &'a Packages, name: &str) -> &'a Package {
    let mut found = packages.iter().filter(|(_, package)| package.name.as_str() == name);
    let (_, package) = found.next().unwrap_or_else(|| panic!("{name} was read: {packages:#?}"));
    package
}

fn version(packages: &Packages, name: &str) -> String {
    one(packages, name).version().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn requirements_in_full_grammar() {
    let packages = read(&[(
        "requirements.txt",
        "# a comment\r\n\
         Django [argon2] == 4.2.1 ; python_version >= '3.8' # why\r\n\
         celery==5.3.0 \\\r\n    --hash=sha256:00 \\\r\n    --hash=sha256:11\r\n\
         -e git+https://user:pw@code.example/shop.git@abc#egg=shop\n\
         ./wheels/local-1.0-py3-none-any.whl\n\
         https://packages.example/remote-2.0.tar.gz\n\
         -i https://packages.example/simple --trusted-host packages.example\n\
         url#fragment==1\n\
         gunicorn~=20.1 --config-settings x=y\n\
         asgiref==3.7.2\n    # via\n    #   django\n    #   channels\n\
         sqlparse==0.4.4  # via django\n\
         ${SECRET}/nothing\n",
    )]);
    assert_eq!(version(&packages, "django"), "4.2.1");
    assert_eq!(one(&packages, "django").extras, ["argon2"]);
    assert_eq!(one(&packages, "celery").hash_places.len(), 2);
    assert!(one(&packages, "celery").hashed);
    assert!(
        matches!(&one(&packages, "shop").origin, Origin::Repository { revision: Some(commit), .. } if commit == "abc")
    );
    assert_eq!(version(&packages, "local"), "1.0");
    assert!(matches!(&one(&packages, "remote").origin, Origin::Url(_)));
    let via: Vec<&str> = one(&packages, "asgiref").via.iter().map(|name| name.as_str()).collect();
    assert_eq!(via, ["django", "channels"]);
    assert_eq!(one(&packages, "sqlparse").via.len(), 1);
    assert_eq!(packages.manifests[0].options.len(), 2);
    assert_eq!(packages.problems.len(), 2, "{:#?}", packages.problems);
    assert!(!format!("{packages:?}").contains("user:pw"));
}

#[test]
fn includes_are_followed_and_never_lead_out_or_round() {
    let packages = read(&[
        (
            "deploy/requirements.txt",
            "-r ../base.txt\n-r requirements.txt\n-r ../../etc/passwd\n-r /etc/passwd\n-r ~/x\n-r missing.txt\n-r https://packages.example/r.txt\n",
        ),
        ("base.txt", "-r deploy/requirements.txt\ndjango==4.2.1\n"),
    ]);
    assert_eq!(version(&packages, "django"), "4.2.1");
    assert_eq!(packages.problems.len(), 5, "{:#?}", packages.problems);
    assert_eq!(packages.iter().count(), 1);
}

#[test]
fn long_chains_of_includes_end() {
    let mut tree = MemoryTree::new();
    tree.add("requirements.txt", "-r r0.txt\n".repeat(5000).into_bytes());
    for at in 0..3000 {
        tree.add(format!("r{at}.txt"), format!("-r r{}.txt\n", at + 1).into_bytes());
    }
    let packages = Packages::read(&Sources::new(&tree, ReadLimits::default(), lossy));
    assert!(packages.problems.iter().any(|problem| problem.message.contains("too many files")));
}

#[test]
fn constraints_choose_versions() {
    let packages = read(&[
        ("requirements.txt", "-c constraints.txt\njinja2\n"),
        ("constraints.txt", "jinja2==2.10\nunused==1.0\n"),
    ]);
    assert_eq!(version(&packages, "jinja2"), "2.10");
}

#[test]
fn pyproject_in_every_dialect() {
    let packages = read(&[(
        "pyproject.toml",
        "[build-system]\nrequires = ['setuptools>=61']\n\
         [project]\ndependencies = ['Django>=4.2,<5', \"pinned == 1.0\"]\n\
         [project.optional-dependencies]\ntest = ['pytest']\ns3 = ['boto3']\n\
         [dependency-groups]\nlint = ['ruff', {include-group = 'test'}]\n\
         [tool.poetry.dependencies]\npython = '^3.9'\ncelery = {version = '^5.1', extras = ['redis'], optional = true}\n\
         fork = {git = 'https://code.example/fork.git', rev = 'abc'}\nmany = [{version = '1.0', markers = \"a\"}, {version = '2.0'}]\n\
         [tool.poetry.group.dev.dependencies]\nblack = '*'\n\
         [tool.pdm.dev-dependencies]\ntyping = ['mypy']\n\
         [tool.uv]\ndev-dependencies = ['ipython']\n\
         [tool.hatch.envs.docs]\ndependencies = ['sphinx']\n\
         [tool.flit.metadata]\nrequires = ['flitted']\n",
    )]);
    assert!(one(&packages, "django").version().is_none());
    assert_eq!(version(&packages, "pinned"), "1.0");
    assert!(one(&packages, "pinned").version_place.is_some());
    for (name, group) in [
        ("setuptools", "build"),
        ("pytest", "test"),
        ("ruff", "lint"),
        ("black", "dev"),
        ("mypy", "typing"),
        ("ipython", "dev"),
        ("sphinx", "docs"),
    ] {
        assert_eq!(one(&packages, name).group, Group::Development(group.to_owned()), "{name}");
    }
    assert_eq!(one(&packages, "boto3").group, Group::Optional("s3".to_owned()));
    assert!(matches!(one(&packages, "celery").group, Group::Optional(_)));
    assert!(matches!(&one(&packages, "fork").origin, Origin::Repository { revision: Some(_), .. }));
    assert_eq!(packages.iter().filter(|(_, package)| package.name.as_str() == "many").count(), 2);
    assert_eq!(one(&packages, "flitted").group, Group::Main);
}

#[test]
fn lock_files_tell_why_a_package_is_there() {
    let packages = read(&[
        ("a/pyproject.toml", "[tool.poetry.dependencies]\ndjango = '*'\n"),
        (
            "a/poetry.lock",
            "[[package]]\nname = 'django'\nversion = '4.2.1'\n[package.dependencies]\nsqlparse = '>=0.3'\n\
             [[package]]\nname = 'sqlparse'\nversion = '0.4.3'\n",
        ),
        (
            "b/uv.lock",
            "[[package]]\nname = 'shop'\nversion = '0'\nsource = {virtual = '.'}\ndependencies = [{name = 'django'}]\n\
             [package.dev-dependencies]\ndev = [{name = 'ruff'}]\n\
             [[package]]\nname = 'django'\nversion = '4.2.1'\ndependencies = [{name = 'asgiref'}]\n\
             [[package]]\nname = 'asgiref'\nversion = '3.7'\ndependencies = [{name = 'typing-extensions'}]\n\
             [[package]]\nname = 'typing-extensions'\nversion = '4.0'\n[[package]]\nname = 'ruff'\nversion = '0.1'\n",
        ),
        (
            "c/pdm.lock",
            "[[package]]\nname = 'flask'\nversion = '1.0'\ngroups = ['default']\ndependencies = ['werkzeug>=1']\n\
             [[package]]\nname = 'mypy'\nversion = '1.0'\ngroups = ['dev']\n",
        ),
        (
            "d/Pipfile.lock",
            r#"{"default": {"uvicorn": {"version": "==0.1", "hashes": ["sha256:0"]}}, "develop": {"tox": {"version": "==4.0"}}}"#,
        ),
        (
            "e/pylock.toml",
            "lock-version = '1.0'\n[[packages]]\nname = 'attrs'\nversion = '23.1'\n[packages.vcs]\ntype = 'git'\nurl = 'https://code.example/a'\ncommit-id = 'abc'\n",
        ),
    ]);
    let chain = |name: &str| one(&packages, name).why.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(chain("sqlparse"), ["django"]);
    assert_eq!(chain("typing-extensions"), ["django", "asgiref"]);
    assert_eq!(one(&packages, "ruff").group, Group::Development("dev".to_owned()));
    assert_eq!(one(&packages, "mypy").group, Group::Development("dev".to_owned()));
    assert_eq!(one(&packages, "tox").group, Group::Development("dev".to_owned()));
    assert!(one(&packages, "uvicorn").hashed);
    assert!(matches!(&one(&packages, "attrs").origin, Origin::Repository { revision: Some(_), .. }));
}

#[test]
fn setup_files_are_read_and_not_run() {
    let packages = read(&[
        (
            "a/setup.cfg",
            "[metadata]\nname = x\n[options]\ninstall_requires =\n    django>=4.2\n    pinned==1.0 # why\n[options.extras_require]\ntest = pytest\n",
        ),
        (
            "b/setup.py",
            "from setuptools import setup\nREQUIRES = ['literal==1.0']\nsetup(install_requires=REQUIRES + open('r.txt').readlines(), extras_require={'docs': ['documented']})\n",
        ),
    ]);
    assert_eq!(version(&packages, "pinned"), "1.0");
    assert_eq!(one(&packages, "pytest").group, Group::Development("test".to_owned()));
    assert_eq!(version(&packages, "literal"), "1.0");
    assert_eq!(one(&packages, "documented").group, Group::Development("docs".to_owned()));
    assert_eq!(packages.problems.len(), 1, "what is computed is named: {:#?}", packages.problems);
}

#[test]
fn conda_and_bills_of_materials() {
    let packages = read(&[
        (
            "environment.yml",
            "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - numpy=1.26.4=py311_0\n  - conda-forge::scipy>=1.2,<2\n  - pip\n  - pip:\n    - django==4.2.1\n  - pandas==2.0.1\n",
        ),
        (
            "bom.json",
            r#"{"bomFormat": "CycloneDX", "components": [{"purl": "pkg:pypi/celery@5.1%2Blocal"}, {"purl": "pkg:npm/left@1"}]}"#,
        ),
        (
            "x.spdx.json",
            r#"{"packages": [{"name": "redis", "versionInfo": "4.0", "externalRefs": [{"referenceLocator": "pkg:pypi/redis"}]}]}"#,
        ),
        ("package-lock.json", r#"{"packages": {"": {}, "node_modules/a": {}, "node_modules/b": {}}}"#),
    ]);
    assert_eq!(version(&packages, "numpy"), "1.26.4");
    assert_eq!(version(&packages, "django"), "4.2.1");
    assert_eq!(version(&packages, "pandas"), "2.0.1");
    assert!(one(&packages, "scipy").version().is_none());
    assert_eq!(version(&packages, "celery"), "5.1+local");
    assert_eq!(version(&packages, "redis"), "4.0");
    let not_covered: usize =
        packages.manifests.iter().flat_map(|one| &one.not_covered).map(|(_, count)| count).sum();
    assert_eq!(not_covered, 3);
    assert!(packages.iter().all(|(_, package)| !matches!(package.name.as_str(), "python" | "pip")));
}

/// A path of each format, so that a test can ask them all.
const PATHS: [&str; 16] = [
    "requirements.txt",
    "constraints.txt",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "pdm.lock",
    "uv.lock",
    "pylock.toml",
    "environment.yml",
    "conda-lock.yml",
    "bom.json",
    "a.spdx.json",
    "package-lock.json",
];

#[test]
fn every_format_has_a_path_here() {
    let installed = ["lib/site-packages/x-1.dist-info/METADATA", "lib/site-packages/x.egg-info/PKG-INFO"];
    for format in LOCKFILES {
        let owned = PATHS
            .iter()
            .chain(&installed)
            .any(|path| format_of(Utf8Path::new(path)).is_some_and(|found| std::ptr::eq(found, *format)));
        assert!(owned, "{}", format.name);
    }
}

#[test]
fn large_and_deep_files_are_read_in_time() {
    let started = std::time::Instant::now();
    for path in PATHS {
        for text in [
            "[".repeat(200_000),
            "{\"a\":".repeat(200_000),
            "(".repeat(200_000),
            "a==1.0\n".repeat(200_000),
            "a \\\n".repeat(200_000),
            format!("a{}", "[a]".repeat(100_000)),
            format!("{} = 1", vec!["a"; 100_000].join(".")),
            "[[package]]\nname = 'a'\n".repeat(20_000),
            format!("setup(install_requires={}1{})", "(".repeat(50_000), ")".repeat(50_000)),
            format!("setup(install_requires={}1)", "-".repeat(100_000)),
            "a ; (".repeat(50_000),
            format!("a{}", "=".repeat(100_000)),
            format!("a=={}1", "0.".repeat(100_000)),
        ] {
            let _ = read(&[(path, &text)]);
        }
    }
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0..PATHS.len()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let packages = read(&[(PATHS[at], &text)]);
        for (_, package) in packages.iter() {
            prop_assert!(package.place.end as usize <= text.len());
        }
    }

    #[test]
    fn no_tokens_make_a_reader_fail(
        tokens in proptest::collection::vec(prop_oneof![
            Just("django"), Just("=="), Just("4.2.1"), Just("\n"), Just("\\\n"), Just("["), Just("]"), Just("{"), Just("}"),
            Just("\""), Just("'"), Just(" ; "), Just("--hash=sha256:"), Just("-r "), Just("@ git+https://"), Just("#"),
            Just(": "), Just("- "), Just(","), Just("é"), Just("[[package]]\nname = "), Just("dependencies"), Just("\u{feff}"),
            Just("setup(install_requires="), Just("^"), Just("||"), Just("\"packages\":"), Just("\t"), Just("\r\n"), Just("$"),
        ], 0..60),
        at in 0..PATHS.len(),
    ) {
        let text = tokens.concat();
        let packages = read(&[(PATHS[at], &text)]);
        for (_, package) in packages.iter() {
            prop_assert!(package.place.end as usize <= text.len());
            if let Some(span) = package.version_place {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
}
