import { LAUNCHER_NAME } from '../processes/leader.ts';
import { LAUNCHER_STEP } from '../processes/mark.ts';

export { LAUNCHER_NAME };

/**
 * The launcher: POSIX sh (dash, bash and busybox), its cwd is `outputs/`, so that a folder replaced by a link later
 * leads nowhere. It leaves with status 0 and without a trace where the attempt is not its own to run.
 *
 * Arguments: outputs folder, `attempt-NNN`, nonce, the claim's JSON before the pid and after the start time, workspace,
 * the agent's umask, `link` or `ln`, `move` or `keep` for an old completion marker; then the agent's command.
 *
 * - While the agent runs, traps are commands: ignored signals would be inherited by it. Before and after, signals are
 *   ignored, or the second one to the group would cost the exit record.
 * - Its own stdout and stderr go nowhere: shells report killed children there.
 * - `link` makes exactly the call link(2); `ln` would put its link into a folder that stands in the place.
 * - `$$` in the temporary names: a launcher that died half-way must not stand in its successor's way.
 */
export const launcherScript = `set -f
trap '' INT TERM HUP
exec 3>&1 4>&2 >/dev/null 2>&1
set -C
dl_outputs=$1 dl_name=$2 dl_nonce=$3 dl_before=$4 dl_after=$5 dl_workspace=$6 dl_umask=$7 dl_link=$8 dl_marker=$9
shift 9
umask 077
cd -P . && [ "$PWD" = "$dl_outputs" ] || exit 0

dl_step() {
  (
    ${LAUNCHER_STEP}=1 PATH=/usr/bin:/bin:$PATH
    export ${LAUNCHER_STEP} PATH
    exec "$@" 3>&- 4>&-
  )
}
dl_absent() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
dl_holds() { [ ! -L "$1" ] && [ -f "$1" ] && IFS= read -r dl_got <"$1" && [ "$dl_got" = "$2" ]; }
dl_write() { dl_absent "$1" && printf '%s\\n' "$2" >"$1" && dl_holds "$1" "$2"; }
dl_place() { dl_absent "$2" && dl_step "$dl_link" "$1" "$2"; }
dl_started() {
  dl_start=
  if IFS= read -r dl_stat </proc/self/stat; then
    [ "\${dl_stat%% *}" = $$ ] || return 1
    set -- \${dl_stat##*) }
    dl_start=\${20}
  else
    set -- $(LC_ALL=C ps -o lstart= -p $$)
    dl_start=$*
  fi
  [ -n "$dl_start" ]
}

dl_claim=$dl_name.process.json dl_temp=$dl_name.$dl_nonce.$$.claim
dl_exit=$dl_name.exit.json dl_temp_exit=$dl_name.$dl_nonce.$$.exit
dl_absent "$dl_claim" && dl_started || exit 0
dl_line="$dl_before$$,\\"start_time\\":\\"$dl_start\\"$dl_after"
dl_write "$dl_temp" "$dl_line" && dl_place "$dl_temp" "$dl_claim"
if ! dl_holds "$dl_claim" "$dl_line"; then
  dl_step rm -f "$dl_temp"
  exit 0
fi

dl_done=../mailbox/.done dl_before_this=$dl_name.$dl_nonce.done-before
if [ "$dl_marker" = move ] && [ ! -L ../mailbox ] && ! dl_absent "$dl_done" && dl_absent "$dl_before_this"; then
  dl_step mv -f "$dl_done" "$dl_before_this"
fi

trap : INT TERM HUP
if [ -f "$1" ] && [ -x "$1" ]; then
  (
    umask "$dl_umask"
    cd "$dl_workspace" || exit 126
    unset OLDPWD
    exec "$@" >&3 2>&4 3>&- 4>&-
  )
  dl_code=$?
else
  dl_code=127
fi
trap '' INT TERM HUP

dl_write "$dl_temp_exit" "{\\"attempt_nonce\\":\\"$dl_nonce\\",\\"exit_code\\":$dl_code}" && dl_place "$dl_temp_exit" "$dl_exit"
${LAUNCHER_STEP}=1 PATH=/usr/bin:/bin:$PATH
export ${LAUNCHER_STEP} PATH
exec rm -f "$dl_temp" "$dl_temp_exit"
`;

/**
 * Runs its arguments as the job of a terminal: a process group of its own, in the foreground. A job that was stopped
 * (Ctrl-Z) has nobody to bring it back but this shell, so that happens at once; `fg` fails where none is left.
 */
export const foregroundScript = `set -m
"$@"
while [ $? -gt 128 ]; do fg; done >/dev/null 2>&1
`;
