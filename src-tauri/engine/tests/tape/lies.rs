//! What a stranger may have written into a tape: figures that lie. None is a way to make anything read, allocate or
//! loop without end.

/// Statements, each of which makes a tape lie.
pub const LIES: &[&str] = &[
    "UPDATE block SET len = 9223372036854775807",
    "UPDATE block SET len = 9223372036854775807 WHERE first = (SELECT max(first) FROM block)",
    "UPDATE block SET first = first + 9000000000000000000",
    "UPDATE block SET first = 9000000000000000000 WHERE first = (SELECT max(first) FROM block)",
    "UPDATE block SET first = first + 1000000000000 WHERE first > 3000",
    "UPDATE block SET len = 1024, first = first / 2",
    "UPDATE block SET len = -5",
    "UPDATE block SET body = x'01'",
    "UPDATE block SET body = zeroblob(1000000)",
    "UPDATE block SET at_us = 9223372036854775807, until_us = 0, event_us = 9223372036854775807",
    "UPDATE block SET data_bytes = 9223372036854775807, events = 9223372036854775807",
    "UPDATE tape SET head = '[]', summary = '{}', strip = zeroblob(99999)",
    "UPDATE tape SET summary = '{\"events\":18446744073709551615,\"ended_us\":18446744073709551615}'",
    "DELETE FROM tape",
    "UPDATE wire SET facts = '{\"end\":null}'",
    "UPDATE wire SET no = no + 9000000000000000000, bytes = zeroblob(100)",
    "UPDATE wire SET no = 9000000000000000000 WHERE no = (SELECT max(no) FROM wire)",
    "UPDATE wire SET facts = '{\"chunk\":{\"came\":18446744073709551615,\"raw_came\":0,\"before\":{\"at_start\":true,\"after_cr\":false,\"line\":9,\"head\":[],\"begun\":false},\"offset\":18446744073709551615,\"events_before\":18446744073709551615,\"events\":18446744073709551615,\"comment_us\":null,\"framing\":\"sse\",\"refused\":false}}'",
];
