/** An agent that asks, holds on until the file `go` is there, or says much: as its request has `@ask`, `@hold` and the like. */
export const askingAgent = `#!/bin/sh
words=$(cat)
folder=$(printf '%s' "$words" | sed -n 's/^Its folder is \\([^:]*\\):.*/\\1/p')
ask=$(printf '%s\\n' "$words" | sed -n 's/^  \\(.* ask\\) "your question"$/\\1/p')
case $words in
  *@hold*)
    echo 'It begins.'
    while [ ! -e go ]; do sleep 0.05; done
    echo 'It ends.' ;;
  *@later*)
    while [ ! -e go ]; do sleep 0.05; done
    echo "The answer: $(eval "$ask 'Red or blue?'")." ;;
  *@ask*) echo "The answer: $(eval "$ask 'Red or blue?'")." ;;
  *@much*)
    while [ ! -e go ]; do sleep 0.05; done
    seq 1 40000 ;;
  *@late*)
    if [ -e gave-up ]; then echo "The answer: $(cat "$folder/mailbox/001.answer")."; exit 0; fi
    eval "$ask --timeout 1s 'Red or blue?'" > /dev/null
    : > gave-up
    while [ ! -e go ]; do sleep 0.05; done
    echo 'I stop.' ;;
  *@stop*)
    if [ -e "$folder/mailbox/001.answer" ]; then echo "The answer: $(cat "$folder/mailbox/001.answer")."
    else printf 'Red or blue?\\n' > "$folder/mailbox/001.question"; echo 'I stop.'
    fi ;;
esac
`;
