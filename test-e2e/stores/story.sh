# Told inside of the neutral place: what a user types, until the store holds what the fixture is to show.
set -eu
cd /srv/project
export PATH=/usr/bin:/bin HOME=/srv/home LANG=C.UTF-8 TZ=UTC
export DISPATCH_NODE=/srv/node/node DISPATCH_PROGRAM=/srv/dispatch/bin.cjs
dispatch() { "$DISPATCH_NODE" "$DISPATCH_PROGRAM" "$@"; }
shows() { until dispatch --json status "$1" | grep -q "\"reason\":\"$2\""; do sleep 0.1; done; }

dispatch run --key yesterday --prompt 'COUNT to three.'
dispatch wait @last
sleep 1.2
dispatch prune --older-than 1s

dispatch run --key door --title 'Paint the door' --prompt 'PAINT the door, and ask for the colours.'
shows @last question
dispatch answer @last --message 'Red, please — "signal red".'
until dispatch --json questions | grep -q 'And the frame'; do sleep 0.1; done
until dispatch --json status @last | grep -q '"attempt_alive":false'; do sleep 0.1; done
dispatch answer @last --message 'Green.'
shows @last answered
dispatch resume @last
dispatch wait @last

dispatch run --title 'Measure the door' --verify 'test -s measured.txt' --prompt 'MEASURE the door.'
dispatch wait @last || true
dispatch resume @last --message 'There is a rule in the drawer.'
dispatch wait @last

dispatch run --title 'Choose the wood' --prompt 'CHOOSE the wood.'
shows @last question
until dispatch --json status @last | grep -q '"attempt_alive":false'; do sleep 0.1; done

dispatch run --title 'Wait for the paint to dry' --prompt 'WAIT for the paint to dry.'
shows @last working
until [ "$(dispatch --json status @last | grep -c '"leader":{')" = 1 ]; do sleep 0.1; done
sleep 0.5
cp -a .dispatch "$1"
