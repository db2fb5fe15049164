package predict

import (
	"testing"

	"berth/tui/theme"
)

// Whatever is to be shown in whatever room: nothing overflows, and no part is
// cut while lines are left over.
func TestTheRoomIsShared(t *testing.T) {
	for _, w := range []int{30, 58, 78, 83, 160} {
		for h := 7; h < 60; h++ {
			for _, n := range []needs{
				{body: 5, answer: 1},
				{body: 7, answer: 4, past: 1},
				{body: 40, answer: 3},
				{body: 3, answer: 90, past: 9},
				{body: 50, answer: 90, wrong: 3, past: 50},
				{body: 7, wrong: 20, answer: 5},
				{},
			} {
				a := areas{Columns: theme.Split(w)}.rows(h, n)
				past := 0
				if a.past > 0 {
					past = a.past + 1
				}
				air := 0
				if a.air {
					air = 1
				}
				left := 2 + air + a.editor + a.wrong + past
				right := 2 + air + 1 + a.answer + past // with the timing
				if a.Wide {
					if past > 0 {
						left, right = left+1, right+1
					}
				} else {
					left += 1 + air + a.answer
					right = left
				}
				if max(left, right) > h {
					t.Errorf("%d×%d %+v: %d lines are used by %+v", w, h, n, max(left, right), a)
				}
				if left < h && a.editor < n.body {
					t.Errorf("%d×%d %+v: the body is cut though %d lines are left by %+v", w, h, n, h-left, a)
				}
				if right < h && a.answer < n.answer {
					t.Errorf("%d×%d %+v: the answer is cut though %d lines are left by %+v", w, h, n, h-right, a)
				}
				if left < h && a.wrong < n.wrong {
					t.Errorf("%d×%d %+v: errors are cut though %d lines are left by %+v", w, h, n, h-left, a)
				}
			}
		}
	}
}
