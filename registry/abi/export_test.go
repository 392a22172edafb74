package abi

// NewCall is how a stepper's helpers sleep and are called.
var NewCall = newCall

// JobSize is the least elements of a job but the last.
var JobSize = jobSize

// LastCache is the bytes of the processor's last cache.
var LastCache = lastCache
