# crib in tmux: `crib watch --init tmux > ~/.crib.tmux`, and in ~/.tmux.conf `source-file ~/.crib.tmux`.
# Prefix Ctrl-h opens what the newest code on this pane's screen means; prefix Alt-h watches the pane from now on.
bind-key C-h run-shell -b "@PROGRAM@ watch --open --pane '#{pane_id}' >/dev/null 2>&1 || true"
bind-key M-h run-shell -b "@PROGRAM@ watch --pane '#{pane_id}' >/dev/null 2>&1 || true"
