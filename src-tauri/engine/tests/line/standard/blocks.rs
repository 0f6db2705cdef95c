//! Line ends, blank lines, comments, what is dispatched and what is discarded.

use super::{cases, comment, message, typed};

cases! {
    an_empty_body: b"" => [];
    blank_lines_alone: b"\n\n\n" => [];
    blank_lines_of_all_kinds: b"\r\r\n\n\r" => [];
    one_line_of_data: b"data: a\n\n" => [message("a")];
    two_blocks: b"data: a\n\ndata: b\n\n" => [message("a"), message("b")];
    lines_end_with_lf: b"data: a\ndata: b\n\n" => [message("a\nb")];
    lines_end_with_cr: b"data: a\rdata: b\r\r" => [message("a\nb")];
    lines_end_with_crlf: b"data: a\r\ndata: b\r\n\r\n" => [message("a\nb")];
    line_ends_may_be_mixed: b"data: a\rdata: b\ndata: c\r\n\r" => [message("a\nb\nc")];
    lf_cr_is_two_ends: b"data: a\n\rdata: b\n\r" => [message("a"), message("b")];
    cr_cr_lf_is_two_ends: b"data: a\r\r\ndata: b\r\r\n" => [message("a"), message("b")];
    crlf_is_never_two_ends: b"data: a\r\nid: 1\r\ndata: b\r\n\r\n" => [typed("message", "1", "a\nb")];
    cr_then_crlf: b"data: a\r\r\n\r\ndata: b\r\n\n" => [message("a"), message("b")];
    many_blank_lines_between: b"data: a\n\n\n\n\r\n\r\rdata: b\n\n" => [message("a"), message("b")];
    blank_lines_before_the_first: b"\n\r\n\rdata: a\n\n" => [message("a")];
    a_line_of_a_space_is_not_blank: b"data: a\n \ndata: b\n\n" => [message("a\nb")];
    other_separators_do_not_end_lines:
        "data: a\u{B}b\u{C}c\u{85}d\u{2028}e\u{2029}f\n\n" => [message("a\u{B}b\u{C}c\u{85}d\u{2028}e\u{2029}f")];

    a_block_without_its_blank_line_is_discarded: b"data: a\n\ndata: b\n" => [message("a")];
    a_line_without_its_end_is_discarded: b"data: a\n\ndata: b" => [message("a")];
    a_body_that_ends_in_a_blank_line_of_cr: b"data: a\n\r" => [message("a")];
    a_body_that_ends_within_a_crlf: b"data: a\r\n\r" => [message("a")];
    a_comment_without_its_end_is_discarded: b": a\n: b" => [comment("a")];
    a_retry_without_its_end_is_discarded: b"retry: 5" => [];

    a_block_without_data_dispatches_nothing: b"event: x\nid\n\ndata: a\n\n" => [message("a")];
    a_type_without_data_does_not_last: b"event: x\n\ndata: a\n\n" => [message("a")];
    an_empty_type_alone: b"event:\n\nevent\n\ndata: a\n\n" => [message("a")];
    a_type_holds_for_its_block: b"event: x\ndata: a\n\ndata: b\n\n" => [typed("x", "", "a"), message("b")];
    an_unknown_field_alone: b"x: y\n\nfoo\n\ndata: a\n\n" => [message("a")];
    data_without_a_value_is_dispatched: b"data\n\n" => [message("")];
    data_of_two_empty_lines: b"data\ndata\n\ndata:\n" => [message("\n")];
}
