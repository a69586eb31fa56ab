use super::*;
use crate::python;
use barding_source::{MemoryTree, ReadLimits, Sources};

fn flows(files: &[(&str, &str)]) -> Vec<String> {
    let mut tree = MemoryTree::new();
    for (path, text) in files {
        tree.add(*path, text.as_bytes().to_vec());
    }
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let code = Code::read(&sources);
    crate::code::with_room(|| find(&code, &Model::default(), &BTreeMap::new()))
        .flows
        .iter()
        .map(|flow| {
            let file = sources.file(flow.sink.file).unwrap();
            let begin = match flow.begin {
                Begin::Outside(_) => "outside",
                Begin::Built => "built",
                Begin::Variable => "variable",
                Begin::Elsewhere => "elsewhere",
            };
            format!(
                "{}:{} {:?} {begin} {:?}",
                file.path,
                file.line(flow.sink.start),
                flow.kind,
                flow.certainty
            )
        })
        .collect()
}

#[test]
fn a_query_parameter_reaches_a_cursor() {
    let found = flows(&[(
        "views.py",
        "from django.db import connection\n\
         def view(request):\n    name = request.GET['q']\n    with connection.cursor() as cursor:\n        \
         cursor.execute(\"SELECT * FROM t WHERE name = '%s'\" % name)\n",
    )]);
    assert!(found.contains(&"views.py:5 Sql outside High".to_owned()), "{found:?}");
}

#[test]
fn a_flow_crosses_files_and_classes() {
    let found = flows(&[
        ("tools.py", "import os\ndef run(command):\n    os.system('ls ' + command)\n"),
        (
            "views.py",
            "from tools import run\nfrom django.views import View\nclass Base(View):\n    def get(self, request):\n        \
             self.handle(request.GET.get('x'))\n    def handle(self, x):\n        pass\n\
             class Child(Base):\n    def handle(self, x):\n        run(x)\n",
        ),
    ]);
    assert!(found.iter().any(|flow| flow.starts_with("tools.py:3 Command outside High")), "{found:?}");
}

#[test]
fn guards_end_a_flow() {
    let found = flows(&[(
        "views.py",
        "from django.shortcuts import redirect\nfrom django.utils.http import url_has_allowed_host_and_scheme as ok\n\
         import os\n\
         def view(request):\n    url = request.GET.get('next', '/')\n    if not url_has_allowed_host_and_scheme(url, None):\n        \
         return None\n    return redirect(url)\n\
         def other(request):\n    name = request.GET['name']\n    if name in ('a', 'b'):\n        os.system(name)\n    \
         number = int(request.GET['n'])\n    os.system('x %s' % number)\n    if request.GET['z'].isdigit():\n        os.system(request.GET['z'])\n",
    )]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn long_chains_circles_and_branches_end() {
    let mut text = String::from("import os\ndef f0(x):\n    os.system(x)\n");
    for n in 1..10_000 {
        text.push_str(&format!("def f{n}(x):\n    f{}(x)\n", n - 1));
    }
    text.push_str("def view(request):\n    f9999(request.GET['a'])\n");
    text.push_str("def a(x):\n    return b(x)\ndef b(x):\n    return c(x)\ndef c(x):\n    os.system(x)\n    return a(x)\n");
    text.push_str("def branches(request, x):\n");
    for n in 0..5_000 {
        text.push_str(&format!("    if x == {n}:\n        y{n} = request.GET['a']\n"));
    }
    let found = flows(&[("views.py", &text)]);
    assert!(found.iter().any(|flow| flow.starts_with("views.py:3 Command outside")), "{found:?}");
}
