//! Programs no person writes: long chains of calls, circles, thousands of branches, deep nesting. Nothing may panic or
//! hang, and twice the program may cost about twice the time.

use super::*;
use crate::python;
use barding_source::{MemoryTree, ReadLimits, Sources};
use std::fmt::Write;
use std::time::{Duration, Instant};

fn follow(text: &str) -> (Vec<Flow>, Duration) {
    let mut tree = MemoryTree::new();
    tree.add("shop/views.py", text.as_bytes().to_vec());
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let start = Instant::now();
    let code = Code::read(&sources);
    let flows = crate::code::with_room(|| find(&code, &Model::default(), &BTreeMap::new()).flows);
    (flows, start.elapsed())
}

/// `small` and `large` are the same program, the second `times` as long. Some slack for a loaded machine; a cost that
/// grows with the square would be far beyond it.
fn grows_with_the_length(program: impl Fn(usize) -> String, small: usize, times: usize) {
    let short = program(small);
    let long = program(small * times);
    let before = (0..3).map(|_| follow(&short).1).min().unwrap_or_default();
    let after = follow(&long).1;
    let allowed = before * (times as u32) * 4 + Duration::from_millis(1500);
    assert!(after < allowed, "{small}: {before:?}, {}: {after:?}", small * times);
}

fn chain(length: usize) -> String {
    let mut text = String::from("import os\ndef f0(x):\n    os.system(x)\n");
    for at in 1..length {
        let _ = writeln!(text, "def f{at}(x):\n    f{}(x)", at - 1);
    }
    let _ = writeln!(text, "def view(request):\n    f{}(request.GET['x'])", length - 1);
    text
}

fn backward_chain(length: usize) -> String {
    let mut text = String::from("import os\ndef view(request):\n    g0(request.GET['x'])\n");
    for at in 0..length {
        let _ = writeln!(text, "def g{at}(x):\n    g{}(x)", at + 1);
    }
    let _ = writeln!(text, "def g{length}(x):\n    os.system(x)");
    text
}

#[test]
fn a_chain_of_ten_thousand_calls_is_followed_to_its_end() {
    for program in [chain(10_000), backward_chain(10_000)] {
        let (flows, _) = follow(&program);
        assert!(flows.iter().any(|flow| flow.kind == FlowKind::Command), "{}", flows.len());
    }
    grows_with_the_length(chain, 2_000, 5);
}

#[test]
fn circles_of_functions_end() {
    let ring = |length: usize| {
        let mut text = String::from("import os\n");
        for at in 0..length {
            let next = (at + 1) % length;
            let _ = writeln!(
                text,
                "def f{at}(x, n):\n    if n:\n        os.system(x)\n    return f{next}(x + 'a', n)"
            );
        }
        text.push_str("def view(request):\n    f0(request.GET['x'], 3)\n");
        text
    };
    let (flows, _) = follow(&ring(500));
    assert!(flows.iter().any(|flow| flow.kind == FlowKind::Command));
    grows_with_the_length(ring, 500, 4);
    // Everybody calls everybody.
    let mut text = String::new();
    for at in 0..120 {
        let _ = writeln!(text, "def f{at}(x):");
        for other in 0..120 {
            let _ = writeln!(text, "    f{other}(x)");
        }
    }
    follow(&text);
}

#[test]
fn thousands_of_branches_are_no_thousands_of_paths() {
    let elifs = |length: usize| {
        let mut text = String::from(
            "import os\ndef view(request):\n    x = request.GET['x']\n    if x == 'a':\n        y = 1\n",
        );
        for at in 0..length {
            let _ = writeln!(text, "    elif x == 'b{at}':\n        y = x + '{at}'");
        }
        text.push_str("    else:\n        y = x\n    os.system(y)\n");
        text
    };
    let (flows, _) = follow(&elifs(5_000));
    assert!(flows.iter().any(|flow| flow.kind == FlowKind::Command));
    grows_with_the_length(elifs, 1_000, 5);
    let ifs = |length: usize| {
        let mut text = String::from("import os\ndef view(request):\n    x = request.GET['x']\n    y = ''\n");
        for at in 0..length {
            let _ = writeln!(text, "    if request.GET.get('k{at}'):\n        y = y + x");
        }
        text.push_str("    os.system(y)\n");
        text
    };
    let (flows, _) = follow(&ifs(5_000));
    assert!(flows.iter().any(|flow| flow.kind == FlowKind::Command));
    grows_with_the_length(ifs, 1_000, 5);
}

#[test]
fn deep_nesting_is_survived() {
    let deep = 10_000;
    let programs = [
        format!("def view(request):\n    return {}request.GET{}\n", "f(".repeat(deep), ")".repeat(deep)),
        format!("def view(request):\n    return {}request.GET{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("def view(request):\n    return {}1{}\n", "{'a': ".repeat(deep), "}".repeat(deep)),
        format!("def view(request):\n    return request{}\n", ".a".repeat(deep)),
        format!("def view(request):\n    return request{}\n", ".a()".repeat(deep)),
        format!("def view(request):\n    return request.GET['a']{}\n", " + 'b'".repeat(deep)),
        format!("def view(request):\n    return {}request\n", "not ".repeat(deep)),
        format!("def view(request):\n    return {}request\n", "lambda x: ".repeat(deep)),
        format!("def view(request):\n    return {}1\n", "1 if request else ".repeat(deep)),
        {
            let mut text = String::from("def view(request):\n");
            for at in 0..2_000 {
                let _ = writeln!(text, "{}if request:", " ".repeat(at + 1));
            }
            let _ = writeln!(text, "{}pass", " ".repeat(2_001));
            text
        },
        {
            let mut text = String::new();
            for at in 0..1_000 {
                let _ = writeln!(text, "{}def f{at}(request):", " ".repeat(at));
            }
            let _ = writeln!(text, "{}pass", " ".repeat(1_000));
            text
        },
        {
            let mut text = String::from("class C0:\n    def m(self, x):\n        self.m(x)\n");
            for at in 1..3_000 {
                let _ =
                    writeln!(text, "class C{at}(C{}):\n    def m(self, x):\n        super().m(x)", at - 1);
            }
            text
        },
    ];
    for program in programs {
        let (_, time) = follow(&program);
        assert!(time < Duration::from_secs(60), "{time:?}: {}", &program[..80.min(program.len())]);
    }
}

#[test]
fn names_bound_over_and_over_stay_cheap() {
    let program = |length: usize| {
        let mut text = String::from("import os\ndef view(request):\n    x = request.GET['x']\n");
        for at in 0..length {
            let _ = writeln!(text, "    x = x.strip() + str({at})\n    d = {{'k{at}': x}}");
        }
        text.push_str("    os.system(x)\n");
        text
    };
    grows_with_the_length(program, 2_000, 5);
    let signals = |length: usize| {
        let mut text = String::from("from django.dispatch import receiver\n");
        for at in 0..length {
            let _ = writeln!(
                text,
                "@receiver(placed)\ndef on{at}(sender, **kwargs):\n    placed.send(sender, x=kwargs)"
            );
        }
        text
    };
    grows_with_the_length(signals, 500, 4);
}
