//! Streams as they are met: the standard's own examples, and servers'.

use super::Seen::Retry;
use super::{cases, comment, message, typed, with_id};

cases! {
    stock_quotes: b"data: YHOO\ndata: +2\ndata: 10\n\n" => [message("YHOO\n+2\n10")];
    a_stream_of_four_blocks:
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n" =>
        [comment("test stream"), with_id("1", "first event"), message("second event")] then "";
    empty_data_three_ways: b"data\n\ndata\ndata\n\ndata:\n" => [message(""), message("\n")];
    with_and_without_a_space: b"data:test\n\ndata: test\n\n" => [message("test"), message("test")];
    adds_and_removes: b"event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n" =>
        [typed("add", "", "73857293"), typed("remove", "", "2153"), typed("add", "", "113411")];
    every_kind_of_bad_name_at_once:
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n" =>
        [message("\0\n 2\n1\n3\n\n4")];
    tokens_of_a_model: b"data: {\"t\":\"Hel\"}\n\ndata: {\"t\":\"lo\"}\n\ndata: [DONE]\n\n" =>
        [message("{\"t\":\"Hel\"}"), message("{\"t\":\"lo\"}"), message("[DONE]")];
    named_steps_of_a_model:
        b"event: content_block_delta\ndata: {\"a\":1}\n\nevent: ping\ndata: {}\n\nevent: message_stop\ndata: {}\n\n" =>
        [typed("content_block_delta", "", "{\"a\":1}"), typed("ping", "", "{}"), typed("message_stop", "", "{}")];
    heartbeats_between: b":\n\n:\n\ndata: a\n\n:\n\n" => [comment(""), comment(""), message("a"), comment("")];
    a_router_that_says_it_is_working: b": PROCESSING\n\n: PROCESSING\n\ndata: a\n\n" =>
        [comment("PROCESSING"), comment("PROCESSING"), message("a")];
    edits_of_a_wiki: b":ok\n\nevent: message\nid: [{\"offset\":-1},{\"offset\":5}]\ndata: {\"id\":1}\n\n" =>
        [comment("ok"), with_id("[{\"offset\":-1},{\"offset\":5}]", "{\"id\":1}")] then "[{\"offset\":-1},{\"offset\":5}]";
    crlf_with_ids_and_retry: b"retry: 10000\r\n\r\nid: 1\r\nevent: tick\r\ndata: 1\r\ndata: 2\r\n\r\n" =>
        [Retry(10_000), typed("tick", "1", "1\n2")] then "1";
    an_error_page: b"<!doctype html>\n<title>502 Bad Gateway</title>\n<p>a: b</p>\n" => [];
    json_lines_by_mistake: b"{\"a\": 1}\n{\"b\": 2}\n\n" => [];
    a_longer_line: format!("data: {}\n\n", "ab".repeat(150)) => [message(&"ab".repeat(150))];
}
