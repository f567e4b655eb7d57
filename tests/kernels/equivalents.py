"""Mutants of the kernels that compute the same as the original, each with the reason why no test can know them."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "learning/clipping.py",
        "choose(integer_at(plan, layer, FROZEN), {1: tuple, 0: trained})",
        "1 -> (2)",
    ): "an unknown code means the first case, and that is the case of 1",
    (
        "plan/arrangement.py",
        "return owners.astype(np.int64).reshape(1, -1)",
        "1 -> (2)",
    ): "NumPy takes every negative number for the size that it is to find out",
    (
        "plan/packing.py",
        "for row in range(part * band + first_row, (part + 1) * band):",
        "part * band -> (part)",
    ): "the rows before were found finite by the turn before, and those between two bands' units are never written",
    (
        "layers/pooling.py",
        "zero = filled(load(rows, before + corner, column), 0.0)",
        "before + corner -> (before - corner)",
    ): "only the number type of what is loaded is used",
    (
        "learning/evaluation.py",
        "if gradient.size > 0:",
        "0 -> (1)",
    ): "no network has a single parameter: the head alone has a weight and a bias",
    (
        "runs.py",
        "found = np.zeros((1, RESULTS))",
        "1 -> (2)",
    ): "one network is looked at, and only the first row is read",
    (
        "learning/schedules.py",
        "return 1.0 + (first - 1.0) / 2.0 * (1.0 + swing(step / top if top > 0.0 else 1.0))",
        "top > 0.0 -> (top >= 0.0)",
    ): "0.3 times a whole number of steps is never exactly 1",
    (
        "learning/schedules.py",
        "return -c if x > 0.5 else c",
        "x > 0.5 -> (x >= 0.5)",
    ): "at 1/2 both are the cosine of a right angle, 0 but for the last bit of 1 + c",
    (
        "learning/schedules.py",
        "s = 1.0 - u / 210.0 * (1.0 - u / 272.0)  # Taylor's series of sin(y) / y from its end; |y| <= pi / 4",
        "u / 210.0 * (1.0 - u / 272.0) -> (u / 210.0 / (1.0 - u / 272.0))",
    ): "the last term of the series: a difference of 1e-19",
    (
        "learning/evaluation.py",
        "forward(plan, numbers, rows, packed, staged, start * 0, columns, count, start * 0, start * 0, start * 0)",
        "start * 0 -> (start)",
    ): "of training, step and seed: an unknown code means the first case, no training, where the others are not read",
    (
        "losses/values.py",
        "return (where_less(magnitude(best - aim), 0.5, one, none),)",
        "0.5 -> (0.75)",
    ): "both are numbers of units, whose difference is whole",
    (
        "plan/memory.py",
        "facts = np.zeros((1, FACTS), np.int64)",
        "1 -> (2)",
    ): "only the first row is read",
    (
        "layers/scaling.py",
        "zero = filled(load(rows, deltas, 0), 0.0)",
        "0 -> (1)",
    ): "only the number type of what is loaded is used",
    (
        "layers/passes.py",
        "lambda above: choose(integer_at(plan, layers - above, NEEDS), {0: tuple, 1: lambda: needed(layers - above)}),",
        "0 -> (1)",
    ): "deltas that nobody reads are computed as well: slower, and nothing else",
    (
        "plan/memory.py",
        "moments=aligned(3 * len(program), LANES, np.float64),",
        "3 -> (4)",
    ): "a larger buffer whose end is not used",
    (
        "runs.py",
        "slots=np.zeros((0, 2, 0), dtype),",
        "0 -> (1)",
    ): "arrays that are handed over for their type and never read",
    (
        "runs.py",
        "chance=np.zeros((0, 4), np.uint64),",
        "0 -> (1)",
    ): "arrays that are handed over for their type and never read",
    (
        "runs.py",
        "counters=np.zeros((0, codes.COUNTERS), np.int64),",
        "0 -> (1)",
    ): "arrays that are handed over for their type and never read",
    (
        "lanes/elementary.py",
        "p = p * r + 1 / 39916800",
        "39916800 -> (39916801)",
    ): "far below the last digit: 1e-20 of the result",
    (
        "learning/evaluation.py",
        "if targets.shape[0] > 0:",
        "0 -> (1)",
    ): "targets have a row at least for one output and one for the weights, or none at all",
    (
        "layers/pooling.py",
        "return (where_less(top, x, x, where_less(-1.0, magnitude(x), top, x)),)",
        "1.0 -> (1.5)",
    ): "any negative number is below a magnitude, and none is below NaN",
    (
        "runs.py",
        "none = (state.parameters[:0], state.parameters[0, :0], state.watch[:0, None], state.watch[:0])",
        "0 -> (1)",
    ): "what only looking reads is handed to training for its type",
    (
        "learning/evaluation.py",
        "columns = (count + 15) // 16 * 16",
        "15 -> (16)",
    ): "sixteen more lanes of padding where the count is even: nothing adds them",
    (
        "plan/arrangement.py",
        "return outputs * (int(line[N_IN]) + 1)",
        "1 -> (2)",
    ): "of dense layers it is only asked whether there are any parameters",
    (
        "runs.py",
        "found, samples = np.zeros((1, RESULTS)), Samples(inputs, inputs[:0])",
        "0 -> (1)",
    ): "of the targets: a loss is computed that nobody reads",
    (
        "losses/softmax.py",
        "p = 1.0 / (exp(-load(rows, here + j, column)) + 1.0)",
        "here + j -> (here)",
    ): "the head of a binary cross-entropy has one unit",
    (
        "learning/training.py",
        "used, ready = 0, min(steps - done, (n - position + batch - 1) // batch, workspace.staged.shape[1] // pitch)",
        "n - position -> (n + position)",
    ): "batches past the epoch's end are staged as well and thrown away",
}
"""(file, line, change): reason."""
