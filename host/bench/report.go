package bench

import (
	"math"
	"runtime"
	"slices"

	"github.com/optc-lang/optc/registry/abi"
)

// Report is what was measured, and on what.
type Report struct {
	Go      string    `json:"go"`      // version of Go
	System  string    `json:"system"`  // operating system and architecture
	Threads int       `json:"threads"` // most that an engine and the limit have: GOMAXPROCS
	DType   abi.DType `json:"dtype"`
	Rounds  int       `json:"rounds"`
	Rows    []Row     `json:"rows"`
}

// Row is one engine of one rule at one size.
type Row struct {
	Rule             string    `json:"rule"`
	Choices          string    `json:"choices,omitempty"` // of the rule's options
	Engine           string    `json:"engine"`
	Elements         int       `json:"elements"`
	BytesPerElement  int       `json:"bytes_per_element"`   // that a step must read and write
	MemoryBytes      int       `json:"memory_bytes"`        // of θ, g and states: what a step walks over
	NsPerElement     Spread    `json:"ns_per_element"`      // of a step
	GBPerSecond      Spread    `json:"gb_per_second"`       // BytesPerElement over that; a GB is 10^9 bytes
	LimitGBPerSecond Spread    `json:"limit_gb_per_second"` // of Limit, on MemoryBytes
	Share            Spread    `json:"share_of_limit"`      // 1 is the limit; each round's own
	StepSeconds      []float64 `json:"step_seconds"`        // one for each round
}

// Spread is a median with its quartiles.
type Spread struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`  // first quartile
	High   float64 `json:"high"` // third quartile
}

func spread(values []float64) Spread {
	sorted := slices.Sorted(slices.Values(values))
	return Spread{Median: quantile(sorted, 0.5), Low: quantile(sorted, 0.25), High: quantile(sorted, 0.75)}
}

// quantile interpolates between the values around the place p·(n-1), 0-based.
func quantile(sorted []float64, p float64) float64 {
	whole, part := math.Modf(p * float64(len(sorted)-1))
	i := int(whole)
	next := sorted[min(i+1, len(sorted)-1)]
	return sorted[i] + part*(next-sorted[i])
}

func newReport(c Config) *Report {
	return &Report{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Threads: runtime.GOMAXPROCS(0),
		DType: c.DType, Rounds: c.Rounds, Rows: []Row{},
	}
}
