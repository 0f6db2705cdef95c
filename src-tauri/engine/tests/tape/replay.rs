//! A tape that plays again.
