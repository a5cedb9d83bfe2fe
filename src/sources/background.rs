//! Much work in the background gives way to whoever waits in front of the window: its threads run at a lower priority.

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Of 0 to 99, where half is usual: about ten steps of niceness down where threads have that. It goes on beside other
/// busy programs, but a question has the processor as soon as it asks.
const PRIORITY: u8 = 24;

/// Lowers the priority of this thread for as long as it lives. Where the system does not let it, it stays as it is.
pub fn stand_back() {
    if let Ok(priority) = ThreadPriorityValue::try_from(PRIORITY) {
        drop(set_current_thread_priority(ThreadPriority::Crossplatform(priority)));
    }
}
