#!/bin/sh
# The agent of the good store: no model, no key. What it does is said by the first word of its request.
prompt=$(cat)
ask() { "$DISPATCH_NODE" "$DISPATCH_PROGRAM" ask "$@"; }
echo "at work"
case $prompt in
*PAINT*)
  if [ -f painted.txt ]; then
    echo "green it is" >>painted.txt
    echo "The door is painted, and the frame is green." >"$DISPATCH_TASK_DIR/output.md"
    : >"$DISPATCH_TASK_DIR/mailbox/.done"
  else
    ask "Which colour shall the door have, \"red\" or \"blue\"?" >painted.txt
    ask --timeout 1s "And the frame?" || echo "nobody says, so I stop"
  fi
  ;;
*MEASURE*)
  if [ ! -f measured.txt ]; then
    touch measured.txt
    echo "no rule at hand" >&2
    exit 3
  fi
  echo "2.10 m" >measured.txt
  ;;
*WAIT*) sleep 600 ;;
*CHOOSE*) ask --timeout 1s "Oak or beech?" || echo "I cannot choose" ;;
esac
echo "done"
