//! Disks that are full, slow or gone, and processes that are killed.
