//! Distances, fixed sizes and radii in points. A screen uses these names, never a bare number where a name exists.

/// Gap between an icon and its word.
pub const S2: f32 = 2.0;
/// Between parts of one control.
pub const S4: f32 = 4.0;
/// Between an icon and its text.
pub const S6: f32 = 6.0;
/// Between controls; cell padding.
pub const S8: f32 = 8.0;
/// Panel padding; between groups.
pub const S12: f32 = 12.0;
/// Wide panel padding.
pub const S14: f32 = 14.0;
/// Dialog padding.
pub const S16: f32 = 16.0;
/// Between sections.
pub const S24: f32 = 24.0;

/// Top bar.
pub const TOP_BAR: f32 = 44.0;
/// Status bar.
pub const STATUS_BAR: f32 = 24.0;
/// Rail, unfolded.
pub const RAIL: f32 = 200.0;
/// Rail, folded to icons.
pub const RAIL_FOLDED: f32 = 52.0;
/// Filter bar.
pub const FILTER_BAR: f32 = 44.0;
/// Histogram and facets.
pub const STRIP: f32 = 112.0;
/// Screen header with a second line.
pub const HEADER: f32 = 52.0;
/// Screen or pane header of one line.
pub const HEADER_SMALL: f32 = 40.0;
/// Row of tabs.
pub const TABS: f32 = 34.0;
/// Table head.
pub const TABLE_HEAD: f32 = 28.0;
/// Table row.
pub const ROW: f32 = 26.0;
/// Row of the preview list.
pub const PREVIEW_ROW: f32 = 24.0;
/// Row of a facet.
pub const FACET_ROW: f32 = 19.0;
/// Section row of a table; rail item.
pub const SECTION_ROW: f32 = 30.0;
/// Step, palette and dialog rows.
pub const STEP_ROW: f32 = 34.0;
/// Two-line row of a check list.
pub const CHECK_ROW: f32 = 48.0;

/// Button and field.
pub const CONTROL: f32 = 28.0;
/// Small button.
pub const CONTROL_SMALL: f32 = 22.0;
/// Field in a dialog.
pub const CONTROL_DIALOG: f32 = 30.0;
/// Icon button in a pane header.
pub const ICON_BUTTON_SMALL: f32 = 24.0;
/// Tag.
pub const TAG: f32 = 18.0;
/// Query chip.
pub const CHIP: f32 = 22.0;

/// Tags and key caps.
pub const R_TAG: u8 = 4;
/// Chips and code.
pub const R_CHIP: u8 = 5;
/// Controls and rail items.
pub const R_CONTROL: u8 = 6;
/// Cards and menus.
pub const R_CARD: u8 = 8;
/// Dialogs.
pub const R_DIALOG: u8 = 10;

/// Icons in rail and headers.
pub const ICON: f32 = 16.0;
/// Icons in buttons and cells.
pub const ICON_CELL: f32 = 14.0;
/// Icons in tags.
pub const ICON_TAG: f32 = 12.0;
