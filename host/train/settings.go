package train

import (
	"cmp"
	"fmt"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

// setting is what a resumed run may have otherwise than the run that it goes on
// from.
type setting struct{ what, value string }

// settings are those of the run, in the order in which changes are told. Each is
// named by the same words in every checkpoint.
func (r *run) settings() []setting {
	m, c := r.optimizer.Manifest(), r.Optimizer.Config
	var all []setting
	for _, h := range m.Hypers {
		all = append(all,
			setting{h.Name, number(valueOf(h, c.Set))},
			setting{"the schedule of " + h.Name, scheduleText(c.Schedules[h.Name])})
	}
	if hasDecay(m) {
		all = append(all, setting{"weight decay of biases", onOff(r.Optimizer.DecayBiases)})
	}
	return append(all,
		setting{"clipping by value", boundText(c.Clip.Value)},
		setting{"clipping by norm", boundText(c.Clip.Norm)},
		setting{"the policy for gradients that are not finite", string(cmp.Or(c.NonFinite, host.Stop))},
		setting{"the number of steps", fmt.Sprint(r.total())})
}

// settingsByName are the settings as a checkpoint has them.
func (r *run) settingsByName() map[string]string {
	all := map[string]string{}
	for _, s := range r.settings() {
		all[s.what] = s.value
	}
	return all
}

// changes are notes on the settings that were others when a checkpoint was
// written. What it doesn't record is not compared.
func (r *run) changes(before map[string]string) []string {
	var notes []string
	for _, now := range r.settings() {
		if was, recorded := before[now.what]; recorded && was != now.value {
			notes = append(notes, fmt.Sprintf("%s was %s when the checkpoint was written and is %s now", now.what, was, now.value))
		}
	}
	if len(notes) > 0 && r.optimizer.Now() == r.total() {
		notes = append(notes, "its steps are done already, as it was set then; to do them as it is set now, name another folder")
	}
	return notes
}

// valueOf is a hyperparameter's value before its schedule.
func valueOf(h abi.Hyper, set map[string]float64) float64 {
	if x, given := set[h.Name]; given {
		return x
	}
	return h.Default
}

// scheduleText is the same for any two schedules that can't say what they are.
func scheduleText(s host.Schedule) string {
	switch s := s.(type) {
	case nil:
		return "none"
	case fmt.Stringer:
		return s.String()
	}
	return "the program's own"
}

func boundText(bound float64) string {
	if bound == 0 {
		return "off"
	}
	return number(bound)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
