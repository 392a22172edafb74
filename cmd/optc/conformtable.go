package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/optc-lang/optc/spec"
)

// statusColor has the colors of the statuses, on a terminal.
var statusColor = map[spec.Status]string{spec.Passed: "32", spec.Failed: "31", spec.Skipped: "33"}

func (c *conformCmd) table(a *app, r *spec.Report) error {
	out, color := a.out, a.colorOut()
	for _, result := range r.Results {
		status := fmt.Sprintf("%-7s", result.Status)
		if color {
			status = "\x1b[" + statusColor[result.Status] + "m" + status + "\x1b[0m"
		}
		text := result.Sentence
		if result.Status == spec.Skipped {
			text = result.Reason
		}
		if _, err := fmt.Fprintf(out, "%s  %-11s  %s\n", status, result.Clause, text); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "\n%s\n", r.Badge())
	return err
}

// failures says of each failed clause what was seen, and how to see it again.
// What fails for a reason that was told already, or differs in numbers after the
// plain steps do, is named in one line.
func (c *conformCmd) failures(out io.Writer, r *spec.Report) error {
	var also []string
	told, stepDiffers := map[string]bool{}, false
	for _, result := range firstStepsFirst(r.Results) {
		differs := result.Difference != nil
		if told[result.Reason] || differs && stepDiffers {
			also = append(also, result.Clause)
			continue
		}
		told[result.Reason] = true
		stepDiffers = stepDiffers || differs && result.Group == "step arithmetic"
		if err := failure(out, result); err != nil {
			return err
		}
	}
	if len(also) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "\nThese fail too, as they do wherever the above goes wrong: %s\n", strings.Join(also, ", "))
	return err
}

func failure(out io.Writer, r spec.Result) error {
	text := fmt.Sprintf("\n%s: %s\n  %s\n", r.Clause, r.Sentence, r.Reason)
	if d := r.Difference; d != nil && len(d.Inputs) > 0 {
		text += fmt.Sprintf("  it had %s\n", d.From())
	}
	_, err := fmt.Fprintf(out, "%s  again: %s\n", text, r.Again)
	return err
}

// firstStepsFirst are the failed results, those of plain steps before all others.
func firstStepsFirst(all []spec.Result) (failed []spec.Result) {
	for _, plain := range []bool{true, false} {
		for _, r := range all {
			if r.Status == spec.Failed && plain == (r.Clause == "step-1" || r.Clause == "step-2") {
				failed = append(failed, r)
			}
		}
	}
	return failed
}
