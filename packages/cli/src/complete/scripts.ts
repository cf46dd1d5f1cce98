/**
 * What a shell runs at Tab: it asks `dispatch complete` for lines of value, tab, description; the one line `:files` asks
 * for names of files. bash splits words at `=`; they are put together again before they are handed over.
 */
export const completionScripts = {
  bash: `_dispatch() {
  local out line cur=\${COMP_WORDS[COMP_CWORD]} words=() i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == '=' && i -gt 1 && \${#words[@]} -gt 0 ]]; then
      words[-1]+='='
      if ((i < COMP_CWORD)); then words[-1]+=\${COMP_WORDS[++i]}; fi
    else
      words+=("\${COMP_WORDS[i]}")
    fi
  done
  COMPREPLY=()
  out=$(dispatch complete -- "\${words[@]}" 2>/dev/null) || return
  if [[ $out == ':files' ]]; then
    [[ $cur == '=' ]] && cur=
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    return
  fi
  while IFS=$'\\t' read -r line _; do
    [[ -z $line ]] && continue
    # Behind "--name=" bash completes the value alone.
    [[ \${words[-1]} == --*=* ]] && line=\${line#*=}
    COMPREPLY+=("$line")
  done <<<"$out"
}
complete -F _dispatch dispatch
`,
  zsh: `#compdef dispatch
_dispatch() {
  local out line value description
  local -a found
  out=$(dispatch complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null) || return
  if [[ $out == ':files' ]]; then
    _files
    return
  fi
  for line in \${(f)out}; do
    value=\${line%%$'\\t'*}
    description=\${line#*$'\\t'}
    found+=("\${value//:/\\\\:}:\${description}")
  done
  _describe 'dispatch' found
}
if [ "$funcstack[1]" = "_dispatch" ]; then _dispatch "$@"; else compdef _dispatch dispatch; fi
`,
  fish: `function __dispatch_complete
  set -l words (commandline -opc)[2..-1] (commandline -ct)
  set -l out (dispatch complete -- $words 2>/dev/null)
  if test "$out" = ':files'
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $out
  end
end
complete -c dispatch -f -a '(__dispatch_complete)'
`,
} as const;
