//! The screen as a person and a screen reader meet it: what is found by name and what it asks for.
