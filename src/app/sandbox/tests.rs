//! Scripts of the screen without a window: actions and events go in, state and orders come out.
