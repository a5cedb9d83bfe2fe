//! The screen found by name, as a screen reader finds it, in each state and at the smallest window.
