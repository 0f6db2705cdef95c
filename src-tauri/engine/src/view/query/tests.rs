//! Each form of a query: what it finds, what it refuses and in which words, and how long it may take.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn event(data: &str) -> SeenEvent<'_> {
    SeenEvent {
        seq: 1,
        event_type: UNNAMED,
        id: "",
        data,
    }
}

fn query(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|failure| panic!("{text}: {failure}"))
}

fn finds(text: &str, data: &str) -> bool {
    query(text).matches(&event(data))
}

/// The facts of a refusal: `what`, `detail`, `at`.
fn refused(text: &str) -> (String, String, String) {
    let failure = Query::parse(text).expect_err(text);
    assert_eq!(failure.code, Code::Filter, "{text}");
    let fact = |name: &str| failure.args.get(name).cloned().unwrap_or_default();
    assert!(!fact("detail").is_empty(), "{text}");
    (fact("what"), fact("detail"), fact("at"))
}

#[test]
fn text_is_found_in_any_case_unless_it_holds_a_capital() {
    assert!(finds("error", "an ERROR came"));
    assert!(finds("error", "an error came"));
    assert!(!finds("Error", "an ERROR came"));
    assert!(finds("ERROR", "an ERROR came"));
    assert!(finds("straße", "STRAßE"));
    assert!(finds("ärger", "ÄRGER"));
    assert!(!finds("Ärger", "ärger"));
    assert!(finds("привет", "ПРИВЕТ"));
    // Both forms of sigma are one letter.
    assert!(finds("οδος", "ΟΔΟΣ"));
    assert!(finds("流式", "打字机流式模式"));
    assert!(finds("a.c", "xA.Cx") && !finds("a.c", "abc"));
    assert!(finds("   ", "anything"));
    assert!(finds("b c", "a B C d") && !finds("b  c", "a b c d"));
}

#[test]
fn names_and_ids_are_found_but_not_the_name_that_all_have() {
    let named = SeenEvent {
        event_type: "price",
        id: "A-17",
        ..event("{}")
    };
    assert!(query("pric").matches(&named));
    assert!(query("a-17").matches(&named));
    assert!(!query("a-1").matches(&named), "an id counts whole");
    assert!(!query("mess").matches(&event("{}")));
    assert!(
        !query("/price/").matches(&named),
        "expressions see the data alone"
    );
}

#[test]
fn an_expression_stands_between_slashes() {
    assert!(finds("/^b.d$/", "bad") && !finds("/^b.d$/", "BAD"));
    assert!(finds("/^b.d$/i", "BAD"));
    assert!(finds("/^b$/m", "a\nb\nc") && !finds("/^b$/", "a\nb\nc"));
    assert!(finds("/a.b/s", "a\nb") && !finds("/a.b/", "a\nb"));
    assert!(finds(r"/a\/b/", "a/b"));
    assert!(finds("/a/b/", "xa/bx"), "the last slash closes");
    assert!(finds(" /x+/ ", "xx"));
    // Not closed, or closed by something else: text.
    assert!(finds("/api", "GET /api/v1") && !finds("/api", "GET api"));
    assert!(finds("/api/users", "GET /API/users"));
    assert!(finds("//", "http://x") && !finds("//", "x"));
    assert!(finds(r"/a\/", r"x/a\/x") && !finds(r"/a\/", "a/"));
}

#[test]
fn a_bad_expression_says_what_and_where() {
    let (what, detail, at) = refused("/流(ab/");
    assert_eq!(
        (what.as_str(), detail.as_str(), at.as_str()),
        ("regex", "unclosed group", "2")
    );
    assert_eq!(refused("  /a**(?<x/").0, "regex");
    assert_eq!(refused(r"/(?=a)b/").0, "regex");
    assert_eq!(refused(r"/(a)\1/").0, "regex");
    let (what, _, at) = refused(&format!("/{}/", "(".repeat(1_000) + &")".repeat(1_000)));
    assert_eq!((what.as_str(), at.is_empty()), ("regex", false));
    let (what, detail, at) = refused("/(?:a{1000}){1000}/");
    assert_eq!((what.as_str(), at.as_str()), ("regex", ""), "{detail}");
    let failure = Query::parse(&"x".repeat(QUERY_BYTES + 1)).expect_err("too long");
    assert_eq!(
        (failure.code, failure.args["what"].as_str()),
        (Code::Limit, "query")
    );
    assert!(
        Query::parse(&"ß".repeat(QUERY_BYTES / 2)).is_ok(),
        "as long as may be"
    );
    assert!(
        Query::parse(&"x".repeat(QUERY_BYTES)).is_ok(),
        "as long as may be"
    );
}

#[test]
fn an_expression_that_others_choke_on_takes_no_time() {
    let data = "a".repeat(50_000) + "!";
    let began = Instant::now();
    assert!(!finds("/^(a+)+$/", &data));
    assert!(!finds("/^(a|aa)+$/", &data));
    assert!(!finds("/(.*)*=(.*)*$/", &data));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

const JOB: &str = r#"{"build":{"id":42,"ms":1500.0,"status":"failed","ok":false,"by":null},"steps":[{"n":1},{"n":"two"}],"big":18446744073709551615}"#;

#[test]
fn a_path_alone_asks_whether_anything_is_there() {
    for there in [
        "$",
        "$.build",
        "$.build.by",
        "$['build'][\"id\"]",
        "$ .steps [0] .n",
        "$.steps[*].n",
        "$..n",
        "$.steps[?@.n == 'two']",
        "$.steps[-1]",
        "$..[?@.n]",
    ] {
        assert!(finds(there, JOB), "{there}");
    }
    for not in [
        "$.status",
        "$.build.id.x",
        "$.steps.n",
        "$.steps[2]",
        "$..m",
        "$.Build",
    ] {
        assert!(!finds(not, JOB), "{not}");
    }
    assert!(finds("$", "7") && finds("$", " null ") && !finds("$", "nul"));
}

#[test]
fn a_comparison_stands_behind_a_path() {
    for holds in [
        "$.build.id == 42",
        "$.build.id=42",
        "$.build.id == 42.0",
        "$.build.ms > 1000",
        "$.build.ms>=1500",
        "$.build.ms <= 1500",
        "$.build.id != 41",
        "$.build.status == \"failed\"",
        "$.build.status == failed",
        "$.build.status == 'failed'",
        "$.build.status > f",
        "$.build.status ~ AIL".to_lowercase().as_str(),
        "$.build.id ~ 2",
        "$.build.ok == false",
        "$.build.by == null",
        "$.build.by != 0",
        "$.build.by <= null",
        "$.steps[*].n == two",
        "$..n != 1",
        "$.big == 18446744073709551615",
        "$.big > 18446744073709551614",
        "$.steps[?@.n == 'two'].n != 1",
    ] {
        assert!(finds(holds, JOB), "{holds}");
    }
    for not in [
        "$.build.id == \"42\"",
        "$.build.id > 42",
        "$.build.status < 7",
        "$.build.status ~ Fail",
        "$.build.none != 1",
        "$.build == x",
        "$.build ~ id",
        "$.build.ok < true",
        "$.build.id == 4",
    ] {
        assert!(!finds(not, JOB), "{not}");
    }
}

#[test]
fn a_bad_path_or_value_says_what_and_where() {
    assert_eq!(refused("$.流..").0, "path");
    assert_eq!(refused("$[").0, "path");
    let (what, _, at) = refused("  $.a[x]");
    assert_eq!(
        (what.as_str(), at.parse::<u32>().is_ok_and(|at| at >= 4)),
        ("path", true),
        "{at}"
    );
    assert_eq!(refused("$.a b").0, "path");
    assert_eq!(refused("$..a..b..c..d").0, "path");
    let (what, _, at) = refused("$.a ==");
    assert_eq!((what.as_str(), at.as_str()), ("value", "4"));
    for value in [
        "$.a == \"x",
        "$.a == 'x",
        "$.a == [1]",
        "$.a > {}",
        "$.a !x",
        "$.a === 1",
        "$.a <",
    ] {
        assert_eq!(refused(value).0, "value", "{value}");
    }
}

#[test]
fn a_path_that_is_nested_without_end_is_refused_at_once() {
    let began = Instant::now();
    for nested in ["(", "[?(", "[?!(", "[?@[?", "[?length("] {
        let _ = Query::parse(&format!("${}", nested.repeat(QUERY_BYTES / nested.len() - 1)));
        assert_eq!(
            refused(&format!("$[?{}@.a{}]", "(".repeat(40), ")".repeat(40))).0,
            "path"
        );
        let _ = Query::parse(&format!("$[?{}", nested.repeat(4)));
    }
    let _ = Query::parse(&format!("$[?{}@.a{}]", "(".repeat(11), ")".repeat(11)));
    let _ = Query::parse(&format!("$[?{}@.a", "(".repeat(11)));
    let _ = Query::parse(&format!("$[?{}@.a]", "!".repeat(QUERY_BYTES - 8)));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    // Deep but plain.
    assert!(!finds(&format!("${}", ".a".repeat(QUERY_BYTES / 2 - 1)), JOB));
    let deep = "{\"a\":".repeat(100) + "7" + &"}".repeat(100);
    assert!(finds(&format!("${} == 7", ".a".repeat(100)), &deep));
    let too_deep = "[".repeat(100_000);
    assert!(!finds("$..a", &too_deep) && !finds("$", &too_deep) && !finds("$.a", &too_deep));
}

#[test]
fn what_is_not_json_has_no_members() {
    for data in [
        "",
        "plain build",
        "{\"build\":",
        "{\"build\":1",
        "{\"build\":1} x",
        "build",
        "{build:1}",
        "[DONE]",
    ] {
        assert!(!finds("$.build", data), "{data}");
        assert!(!finds("$..build", data), "{data}");
    }
}

#[test]
fn no_document_is_built_of_large_data_and_members_are_found_in_it() {
    use super::super::path::{DOCUMENT_BYTES, Document};
    let of = |bytes: usize| format!(r#"{{"a":{{"b":1}},"x":"{}"}}"#, "x".repeat(bytes - 20));
    let (most, more) = (of(DOCUMENT_BYTES), of(DOCUMENT_BYTES + 1));
    assert_eq!(most.len(), DOCUMENT_BYTES);
    for (query, in_most, in_more) in [
        ("$.a.b == 1", true, true),
        ("$..b", true, false),
        ("$.*.b", true, false),
        ("$.a.c", false, false),
    ] {
        for (data, found) in [(&most, in_most), (&more, in_more)] {
            let event = SeenEvent {
                seq: 1,
                event_type: "message",
                id: "",
                data,
            };
            let read = Query::parse(query).expect("a query");
            assert_eq!(read.matches(&event), found, "{query}");
            // The same beside other queries.
            assert_eq!(read.matches_in(&event, &Document::new(data)), found, "{query}");
        }
    }
}

#[test]
fn a_name_is_found_however_it_is_written() {
    assert!(finds("$.build", r#"{"\u0062uild":1}"#));
    assert!(finds("$['a/b']", r#"{"a\/b":1}"#));
    assert!(finds(r#"$["a\"b"]"#, r#"{"a\"b":1}"#));
    assert!(finds("$.流", r#"{"流":1}"#));
    assert!(finds("$.流 == 式", r#"{"流":"\u5f0f"}"#));
    assert!(finds("$['']", r#"{"":1}"#));
    assert!(finds("$.a == 2", r#"{"a":1,"a":2}"#) && !finds("$.a == 1", r#"{"a":1,"a":2}"#));
}

#[test]
fn hits_are_in_the_units_of_the_window() {
    assert_eq!(query("b").hits("a😀b流B"), [(3, 4), (5, 6)]);
    assert_eq!(query("😀").hits("x😀😀"), [(1, 3), (3, 5)]);
    assert_eq!(query("/流+|x*/").hits("a流流x"), [(1, 3), (3, 4)]);
    assert_eq!(query("a").hits(&"a".repeat(500)).len(), ROW_HITS);
    assert_eq!(query("A").hits(&"A".repeat(500)).len(), ROW_HITS);
    assert_eq!(query("$.b == '流'").hits(r#"{"a":"😀","b":"流"}"#), [(15, 16)]);
    assert_eq!(query("$.b").hits(r#"{"b":{}}"#), []);
    assert_eq!(query("$..b").hits(r#"{"b":1}"#), []);
    assert_eq!(query("").hits("x"), []);
    assert_eq!(query("price").hits("{}"), []);
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused(text in r#"(\$|/)?[\$\./\[\]\(\)?@!=<>~"'\\a*0-9: 流]{0,24}/?i?"#) {
        if let Ok(query) = Query::parse(&text) {
            query.matches(&event(JOB));
            query.hits(JOB);
        }
    }

    #[test]
    fn text_is_found_where_folding_would_find_it(needle in "[a-c ß流]{1,3}", data in "[a-cA-C ß流😀]{0,12}") {
        let folded = data.to_lowercase();
        let expected = needle.trim().is_empty() || folded.contains(&needle);
        prop_assert_eq!(finds(&needle, &data), expected);
        let units: Vec<u16> = data.encode_utf16().collect();
        for (from, to) in query(&needle).hits(&data) {
            let hit = String::from_utf16(&units[from as usize..to as usize]).expect("whole characters");
            prop_assert_eq!(hit.to_lowercase(), needle.clone());
        }
    }

    #[test]
    fn a_member_is_read_as_from_the_whole_document(
        data in r#"\{("[ab]":([0-9]{1,3}|"[ab\\n]{0,2}"|\{"[ab]":(1|\[2\])\}|null|1\.5|true),?){0,3}\}"#,
        path in r"(\.[ab]){1,2}",
    ) {
        let expected = serde_json::from_str::<serde_json::Value>(&data).ok().and_then(|document| {
            let pointer = path.replace('.', "/");
            document.pointer(&pointer).cloned()
        });
        let mut found = None;
        Path::parse(&format!("${path}")).expect("a path").find(&data, |node| {
            found = Some(node.text().map(std::borrow::Cow::into_owned));
            true
        });
        let expected = expected.map(|value| super::super::path::Node::of(&value).text().map(std::borrow::Cow::into_owned));
        prop_assert_eq!(found, expected);
    }
}
