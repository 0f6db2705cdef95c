//! Names, colons, spaces and values.

use super::{cases, comment, message, typed};

cases! {
    no_space_after_the_colon: b"data:a\n\n" => [message("a")];
    one_space_after_the_colon: b"data: a\n\n" => [message("a")];
    of_two_spaces_one_is_taken: b"data:  a\n\n" => [message(" a")];
    a_tab_is_not_a_space: b"data:\ta\n\n" => [message("\ta")];
    a_space_alone_is_an_empty_value: b"data: \n\n" => [message("")];
    two_spaces_alone: b"data:  \n\n" => [message(" ")];
    spaces_at_the_end_stay: b"data: a  \n\n" => [message("a  ")];
    a_no_break_space_stays: "data:\u{A0}a\n\n" => [message("\u{A0}a")];
    only_the_first_colon_parts: b"data: a: b:c\n\n" => [message("a: b:c")];
    a_value_that_is_a_colon: b"data::\n\n" => [message(":")];
    a_value_that_reads_like_a_field: b"data: data: a\n\n" => [message("data: a")];

    no_colon_is_an_empty_value: b"data\n\n" => [message("")];
    no_colon_and_a_space_is_another_name: b"data \ndata: a\n\n" => [message("a")];
    a_space_before_the_colon_is_another_name: b"data : x\ndata: a\n\n" => [message("a")];
    a_space_before_the_name_is_another_name: b" data: x\ndata: a\n\n" => [message("a")];
    names_are_in_lower_case: b"Data: x\nDATA: x\ndAta: x\nEVENT: y\nId: 1\ndata: a\n\n" => [message("a")];
    a_name_that_goes_on: b"data2: x\ndatas\nda-ta: x\ndata_5\ndata: a\n\n" => [message("a")];
    a_name_cut_short: b"dat: x\nd: x\ndat\ndata: a\n\n" => [message("a")];
    a_nul_in_the_name: b"data\0: x\n\0data: x\nda\0ta\ndata: a\n\n" => [message("a")];
    a_name_in_other_letters: "dаta: x\ndata\u{301}: x\ndata: a\n\n" => [message("a")];
    unknown_fields_are_ignored: b"foo: 1\nbar\ndata: a\nbaz:\n\n" => [message("a")];
    an_unknown_field_between_lines_of_data: b"data: a\nfoo: 1\ndata: b\n\n" => [message("a\nb")];
    a_field_named_comment_is_unknown: b"comment: x\ncomment\ncomment:\ndata: a\n\n" => [message("a")];
    a_field_named_like_a_property: b"origin: x\nlastEventId: 7\ntype: y\ndata: a\n\n" => [message("a")];

    a_type: b"event: add\ndata: a\n\n" => [typed("add", "", "a")];
    a_type_after_the_data: b"data: a\nevent: add\n\n" => [typed("add", "", "a")];
    a_type_with_a_space: b"event:  add\ndata: a\n\n" => [typed(" add", "", "a")];
    the_last_type_counts: b"event: x\nevent: y\ndata: a\n\n" => [typed("y", "", "a")];
    an_empty_type_takes_one_back: b"event: x\nevent:\ndata: a\n\n" => [message("a")];
    a_type_without_a_colon_takes_one_back: b"event: x\nevent\ndata: a\n\n" => [message("a")];
    a_type_of_one_space: b"event: \ndata: a\n\n" => [message("a")];
    a_type_named_message: b"event: message\ndata: a\n\n" => [message("a")];
    a_type_that_pages_reserve: b"event: error\ndata: a\n\nevent: open\ndata: b\n\n" =>
        [typed("error", "", "a"), typed("open", "", "b")];
    a_type_in_other_letters: "event: ajout-été\ndata: a\n\n" => [typed("ajout-été", "", "a")];
    a_type_with_a_nul: b"event: a\0b\ndata: a\n\n" => [typed("a\0b", "", "a")];

    a_comment: b": hello\n" => [comment("hello")];
    a_comment_of_nothing: b":\n\n" => [comment("")];
    a_comment_of_a_space: b": \n" => [comment("")];
    a_comment_keeps_its_second_space: b":  a\n" => [comment(" a")];
    a_comment_of_colons: b":::\n" => [comment("::")];
    a_comment_that_reads_like_a_field: b":data: x\n: data: y\n\n" => [comment("data: x"), comment("data: y")];
    a_comment_within_a_block: b"data: a\n: c\ndata: b\n\n" => [comment("c"), message("a\nb")];
    a_comment_does_not_end_a_block: b"data: a\n:\n\n" => [comment(""), message("a")];
    comments_around_blocks: b":1\ndata: a\n\n:2\n\n:3\ndata: b\n\n:4\n" =>
        [comment("1"), message("a"), comment("2"), comment("3"), message("b"), comment("4")];
    a_comment_in_a_block_without_data: b"event: x\n: c\n\ndata: a\n\n" => [comment("c"), message("a")];
    a_comment_in_a_block_with_an_unknown_field: b": c\nfoo\ndata: a\n: d\n\n" =>
        [comment("c"), comment("d"), message("a")];
    a_long_comment: format!(": {}\ndata: a\n\n", "x".repeat(300)) =>
        [comment(&"x".repeat(300)), message("a")];
}
