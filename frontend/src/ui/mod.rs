//! The design system: components, keyboard, theme. Knows no slice and no API.
