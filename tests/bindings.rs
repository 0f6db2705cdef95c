//! The TypeScript bindings: generated from the contract in memory and compared with the committed
//! file. `make bindings` writes it.

use tapewriter_engine::contract::*;
use ts_rs::{Config, TS};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/bindings.ts");

fn render() -> String {
    // Every 64-bit number of the contract (µs, bytes, positions) stays below 2^53.
    let config = Config::default().with_large_int("number");
    let mut text =
        String::from("// Generated from src-tauri/engine/src/contract.rs by `make bindings`. Do not edit.\n");
    macro_rules! types {
        ($($name:ident),* $(,)?) => {$(
            text.push_str("\nexport ");
            text.push_str(&$name::decl(&config));
            text.push('\n');
        )*};
    }
    types!(
        TextRule,
        Dialect,
        PageForm,
        SceneKind,
        Channel,
        Part,
        Figures,
        Scenes,
        ChatRule,
        FeedRule,
        ChartRule,
        SeriesKey,
        SeriesRule,
        SeriesQuery,
        SeriesPage,
        SeriesFound,
        SeriesData,
        SeriesAlert,
        ChatPage,
        BubbleKind,
        Bubble,
        FeedPage,
        Card,
        Colour,
        Action,
        ActionState,
        Trial,
        Sent,
        OnEnd,
        OnStatus,
        OnIdle,
        Framing,
        BodyKind,
        Header,
        Auth,
        Proxy,
        Network,
        Bounds,
        Stream,
        Environment,
        Variable,
        Environments,
        SecretInfo,
        SealedEnvironments,
        Sealed,
        Code,
        Failure,
        State,
        Wait,
        WaitWhy,
        Row,
        RowKind,
        Page,
        Detail,
        Run,
        Break,
        TextPage,
        Brief,
        Status,
        TextTick,
        Tick,
        Reveal,
        Strip,
        Bin,
        WireForm,
        WireSpan,
        WirePage,
        WireRow,
        WireKind,
        WireLine,
        LineKind,
        Ignored,
        Exchange,
        Hop,
        Answer,
        Tls,
        WireBytes,
        WireRaw,
        Finding,
        FindingKind,
        Level,
        Demo,
        Found,
        Language,
        Notice,
        RecordingState,
        Recording,
        TapeOrigin,
        TapeInfo,
        Tapes,
        Replay,
        ReplayCommand,
        ExportFormat,
        ExportRequest,
        JobKind,
        JobState,
        Job,
        ServeRequest,
        Served,
        LanguageChoice,
        Theme,
        ReadingFace,
        Pace,
        Settings,
        Settled,
        MenuPart,
        Edit,
        Opening,
        OpeningKind,
        ImportedStreams,
        Filter,
        ViewState,
        Facets,
        FacetValue,
        Target,
        Located,
        Bookmark,
        Hello,
    );
    text
}

#[test]
fn bindings_match_the_contract() {
    let new = render();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(FILE, &new).expect("write the bindings");
    }
    let old = std::fs::read_to_string(FILE).expect("read ui/src/ipc/bindings.ts");
    assert!(
        old == new,
        "ui/src/ipc/bindings.ts is out of date: run `make bindings`"
    );
}
