//! The reconnection time.

use super::Seen::Retry;
use super::{cases, comment, message, with_id};

cases! {
    a_retry: b"retry: 3000\ndata: a\n\n" => [Retry(3000), message("a")];
    a_retry_alone: b"retry: 3000\n\n" => [Retry(3000)];
    a_retry_counts_before_its_block_ends: b"data: a\nretry: 5\n" => [Retry(5)];
    a_retry_after_the_data: b"data: a\nretry: 5\n\n" => [Retry(5), message("a")];
    a_retry_of_nought: b"retry: 0\n\n" => [Retry(0)];
    zeros_before_it: b"retry: 0400\nretry: 000\n\n" => [Retry(400), Retry(0)];
    no_space_before_a_retry: b"retry:7\n\n" => [Retry(7)];
    two_retries_in_a_block: b"retry: 1\nretry: 2\ndata: a\n\n" => [Retry(1), Retry(2), message("a")];
    the_largest_number: b"retry: 18446744073709551615\n\n" => [Retry(u64::MAX)];
    a_larger_number_saturates: b"retry: 18446744073709551616\nretry: 99999999999999999999999\n\n" =>
        [Retry(u64::MAX), Retry(u64::MAX)];
    a_plus_is_not_a_digit: b"retry: +10\ndata: a\n\n" => [message("a")];
    a_minus_is_not_a_digit: b"retry: -10\n\ndata: a\n\n" => [message("a")];
    a_point_is_not_a_digit: b"retry: 1.5\ndata: a\n\n" => [message("a")];
    letters_after_digits: b"retry: 1000x\ndata: a\n\n" => [message("a")];
    a_number_of_another_base: b"retry: 0x10\nretry: 1e3\ndata: a\n\n" => [message("a")];
    a_space_after_digits: b"retry: 10 \ndata: a\n\n" => [message("a")];
    a_second_space_before_digits: b"retry:  10\ndata: a\n\n" => [message("a")];
    digits_of_other_scripts: "retry: ١٢٣\nretry: １２\ndata: a\n\n" => [message("a")];
    an_empty_retry: b"retry:\nretry\nretry: \ndata: a\n\n" => [message("a")];
    a_bad_retry_after_a_good_one: b"retry: 2000\nretry: 1000x\ndata: a\n\n" => [Retry(2000), message("a")];
    a_bad_retry_alone: b"retry: x\n\ndata: a\n\n" => [message("a")];
    a_retry_among_comments: b": c\nretry: 5\n: d\ndata: a\n\n" => [comment("c"), Retry(5), comment("d"), message("a")];
    a_retry_and_an_id: b"id: 1\nretry: 5\ndata: a\n\n" => [Retry(5), with_id("1", "a")] then "1";
    a_retry_does_not_begin_data: b"retry: 5\nevent: x\n\ndata: a\n\n" => [Retry(5), message("a")];
}
