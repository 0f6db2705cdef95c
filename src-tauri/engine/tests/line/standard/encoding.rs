//! UTF-8, what is not UTF-8, byte order marks, NULs and control characters.

use super::{cases, comment, message, typed};

cases! {
    letters_of_two_to_four_bytes: "data: é 流式 🧵\n\n" => [message("é 流式 🧵")];
    a_cluster_of_many_code_points: "data: 👩‍👩‍👧‍👦e\u{301}\n\n" => [message("👩‍👩‍👧‍👦e\u{301}")];
    the_last_code_point: "data: \u{10FFFF}\u{FFFF}\n\n" => [message("\u{10FFFF}\u{FFFF}")];
    a_replacement_that_was_sent: "data: \u{FFFD}\n\n" => [message("\u{FFFD}")];

    a_byte_that_is_never_utf8: b"data: a\xffb\n\n" => [message("a\u{FFFD}b")];
    each_such_byte_for_itself: b"data: \xff\xfe\xc0\xc1\n\n" => [message("\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")];
    a_continuation_without_a_beginning: b"data: \x80\xbf\n\n" => [message("\u{FFFD}\u{FFFD}")];
    a_beginning_cut_by_the_lines_end: b"data: \xe6\xb5\ndata: \xf0\x9f\xa7\n\n" => [message("\u{FFFD}\n\u{FFFD}")];
    a_beginning_cut_by_a_letter: b"data: \xe6\xb5x\n\n" => [message("\u{FFFD}x")];
    an_overlong_form: b"data: \xc0\xaf\xe0\x80\xaf\n\n" =>
        [message("\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")];
    a_surrogate: b"data: \xed\xa0\x80\n\n" => [message("\u{FFFD}\u{FFFD}\u{FFFD}")];
    past_the_last_code_point: b"data: \xf4\x90\x80\x80\n\n" => [message("\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}")];
    what_is_not_utf8_in_a_comment: b": a\xff\n\ndata: a\n\n" => [comment("a\u{FFFD}"), message("a")];
    what_is_not_utf8_in_a_type: b"event: \xff\ndata: a\n\n" => [typed("\u{FFFD}", "", "a")];
    what_is_not_utf8_in_an_id: b"id: \xff\ndata: a\n\n" => [typed("message", "\u{FFFD}", "a")] then "\u{FFFD}";
    what_is_not_utf8_in_a_name: b"\xff: x\ndata\xff: x\n\xff\ndata: a\n\n" => [message("a")];
    what_is_not_utf8_in_a_retry: b"retry: 5\xff\ndata: a\n\n" => [message("a")];
    what_is_not_utf8_between_blocks: b"data: a\n\n\xff\n\ndata: b\n\n" => [message("a"), message("b")];
    what_is_not_utf8_at_the_end: b"data: a\n\n\xf0\x9f" => [message("a")];
    latin_1_text: b"data: caf\xe9\n\ndata: na\xefve\n\n" => [message("caf\u{FFFD}"), message("na\u{FFFD}ve")];

    a_byte_order_mark: b"\xEF\xBB\xBFdata: a\n\n" => [message("a")];
    a_byte_order_mark_before_a_comment: b"\xEF\xBB\xBF: c\n" => [comment("c")];
    a_byte_order_mark_before_a_blank_line: b"\xEF\xBB\xBF\ndata: a\n\n" => [message("a")];
    a_byte_order_mark_alone: b"\xEF\xBB\xBF" => [];
    the_beginning_of_a_byte_order_mark: b"\xEF\xBB: x\ndata: a\n\n" => [message("a")];
    a_second_byte_order_mark_belongs_to_the_name: b"\xEF\xBB\xBF\xEF\xBB\xBFdata: x\ndata: a\n\n" => [message("a")];
    a_byte_order_mark_later_belongs_to_the_name: b"data: a\n\n\xEF\xBB\xBFdata: x\n\ndata: b\n\n" =>
        [message("a"), message("b")];
    a_byte_order_mark_in_a_value_stays: b"data: \xEF\xBB\xBFa\n\n" => [message("\u{FEFF}a")];
    a_byte_order_mark_after_a_blank_line_is_late: b"\n\xEF\xBB\xBFdata: x\n\ndata: a\n\n" => [message("a")];
    a_byte_order_mark_of_utf16: b"\xFF\xFEdata: x\ndata: a\n\n" => [message("a")];

    a_nul_in_the_data: b"data: a\0b\n\ndata:\0\n\n" => [message("a\0b"), message("\0")];
    a_nul_in_a_comment: b":\0\n" => [comment("\0")];
    a_line_of_a_nul: b"\0\ndata: a\n\n" => [message("a")];
    control_characters: b"data: \x01\x02\x07\x08\x0b\x0c\x1b[31m\x7f\n\n" =>
        [message("\u{1}\u{2}\u{7}\u{8}\u{b}\u{c}\u{1b}[31m\u{7f}")];
}
