//! Files that are damaged, or a stranger's.
