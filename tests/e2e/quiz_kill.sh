# SIGKILL at 200 random moments of quizzes over a pipe: an answer whose feedback was printed is in the record, so it is
# never asked again, and the chain verifies.
. "${0%/*}/lib.sh"

modules='pump valve motor belt'
mkdir -p "$dir/channel/modules"
printf 'id: plant\nname: Plant\niri: https://example.com/plant\n' >"$dir/channel/channel.yaml"
for name in $modules; do
    {
        printf -- '---\ntitle: The %s\nproblem: It runs but delivers no flow.\noutcome: Prime it safely.\n' "$name"
        printf 'minutes: 5\nquiz: {pass: 80, shuffle: false, feedback: answer}\n---\n\n## First\n\nWords.\n\n```gift\n'
        # 50 kills of 6 answers each at most: no attempt comes to its end.
        seq 1 310 | sed 's/.*/::q&::Question number &?{=right~wrong}\n/'
        printf '```\n'
    } >"$dir/channel/modules/$name.md"
done
run "$crib" channel add "$dir/channel"
exited 0

step '200 kills'
# shellcheck disable=SC2086 # the words of $modules
run "$build/e2e/quiz_kill" 20261123 200 "$crib" $modules
cat "$dir/out"
exited 0
said 'none lost'

step 'the chain holds'
run "$crib" audit verify
exited 0
