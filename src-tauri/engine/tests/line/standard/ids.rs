//! The last event id: what sets it, when it counts, what it outlives.

use super::{cases, comment, message, typed, with_id};

cases! {
    an_id: b"id: 1\ndata: a\n\n" => [with_id("1", "a")] then "1";
    an_id_after_the_data: b"data: a\nid: 1\n\n" => [with_id("1", "a")] then "1";
    an_id_lasts: b"id: 1\ndata: a\n\ndata: b\n\n" => [with_id("1", "a"), with_id("1", "b")] then "1";
    the_last_of_two_ids_counts: b"id: 1\ndata: a\nid: 2\n\n" => [with_id("2", "a")] then "2";
    an_id_alone_counts: b"id: 1\n\ndata: a\n\n" => [with_id("1", "a")] then "1";
    an_id_alone_at_the_end_counts: b"data: a\n\nid: 1\n\n" => [message("a")] then "1";
    an_id_with_a_type_alone_counts: b"event: x\nid: 1\n\ndata: a\n\n" => [with_id("1", "a")] then "1";
    an_id_whose_block_never_ends_does_not_count: b"id: 1\ndata: a\n\nid: 2\ndata: b\n" => [with_id("1", "a")] then "1";
    an_id_without_its_line_end_does_not_count: b"data: a\n\nid: 2" => [message("a")] then "";
    an_empty_id_takes_it_back: b"id: 1\ndata: a\n\nid:\ndata: b\n\ndata: c\n\n" =>
        [with_id("1", "a"), message("b"), message("c")] then "";
    an_id_without_a_colon_takes_it_back: b"id: 1\ndata: a\n\nid\ndata: b\n\n" =>
        [with_id("1", "a"), message("b")] then "";
    an_empty_id_alone_takes_it_back: b"id: 1\ndata: a\n\nid\n\ndata: b\n\n" => [with_id("1", "a"), message("b")] then "";
    an_id_with_a_nul_is_ignored: b"id: 1\0\ndata: a\n\n" => [message("a")] then "";
    an_id_that_is_a_nul_is_ignored: b"id: 1\ndata: a\n\nid:\0\ndata: b\n\n" =>
        [with_id("1", "a"), with_id("1", "b")] then "1";
    an_id_with_a_nul_alone: b"id: a\0b\n\ndata: a\n\n" => [message("a")] then "";
    an_id_with_a_nul_does_not_undo_another: b"id: 1\nid: 2\0\ndata: a\n\n" => [with_id("1", "a")] then "1";
    of_two_spaces_one_belongs_to_the_id: b"id:  1 \ndata: a\n\n" => [with_id(" 1 ", "a")] then " 1 ";
    an_id_of_json: b"id: [{\"topic\":\"a\",\"offset\":7}]\ndata: a\n\n" =>
        [with_id("[{\"topic\":\"a\",\"offset\":7}]", "a")] then "[{\"topic\":\"a\",\"offset\":7}]";
    an_id_in_other_letters: "id: …流\ndata: a\n\n" => [with_id("…流", "a")] then "…流";
    an_id_with_control_characters: b"id: a\x01\x1bb\ndata: a\n\ndata: b\n\n" =>
        [with_id("a\u{1}\u{1b}b", "a"), with_id("a\u{1}\u{1b}b", "b")] then "a\u{1}\u{1b}b";
    a_new_id_each_time: b"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 1\ndata: c\n\n" =>
        [with_id("1", "a"), with_id("2", "b"), with_id("1", "c")] then "1";
    an_id_before_a_comment: b"id: 1\n: c\n\ndata: a\n\n" => [comment("c"), with_id("1", "a")] then "1";

    the_id_of_before_is_every_events: @"41" b"data: a\n\ndata: b\n\n" => [with_id("41", "a"), with_id("41", "b")] then "41";
    the_id_of_before_outlives_an_empty_body: @"41" b"" => [] then "41";
    the_id_of_before_outlives_comments: @"41" b": c\n\n" => [comment("c")] then "41";
    the_id_of_before_gives_way: @"41" b"data: a\n\nid: 42\ndata: b\n\n" => [with_id("41", "a"), with_id("42", "b")] then "42";
    the_id_of_before_is_taken_back: @"41" b"id\n\ndata: a\n\n" => [message("a")] then "";
    the_id_of_before_outlives_a_nul: @"41" b"id: \0\ndata: a\n\n" => [with_id("41", "a")] then "41";
    the_id_of_before_with_a_type: @"41" b"event: x\ndata: a\n\n" => [typed("x", "41", "a")] then "41";
}
