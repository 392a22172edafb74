package memory

// AvailableOn is the memory that a system's files leave.
var AvailableOn = available
