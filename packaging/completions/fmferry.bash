# SPDX-License-Identifier: Apache-2.0
# Completion for bash.

_fmferry() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i
  local commands='init doctor inspect plan run mark stamp export link relink thumbs retry verify unstamp status list report presign ledger script version'
  local phase='--limit --batch-size --max-width --max-rate --bwlimit --patience --max-bytes --allowance --time-limit --json --help'
  local words=''
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -c | --config) ((i++)) ;;
      -*) ;;
      *) command=${COMP_WORDS[i]} && break ;;
    esac
  done
  case $previous in
    -c | --config | --to | --state) mapfile -t COMPREPLY < <(compgen -f -- "$current") && return ;;
    --fate) words='pending moved empty corrupt duplicate refused quarantined' ;;
    --method) words='GET PUT' ;;
    --text) words='csv jsonl' ;;
    --via) words='api script' ;;
    --reason)
      words='no_data unreachable zero_bytes truncated malformed damaged_at_source duplicate_id missing_id
        key_taken unnameable fetch_failed store_failed write_refused vanished no_parent catalogue_conflict catalogue_misfit
        not_a_picture undecodable too_large too_slow worker_died'
      ;;
    --limit | --batch-size | --max-width | --width | --max-rate | --bwlimit | --patience | --max-bytes | --allowance | --sample | --time-limit | --check-limit | --explain | --id | --key | \
      --expires | --table | --global | --fields | --server | --database | --layout | --user | --store) return ;;
    *)
      case $command in
        '') words="$commands --config --quiet --verbose --version --help" ;;
        init) words='--server --database --layout --user --store --help' ;;
        doctor) words='--write-test --check-limit --explain --json --help' ;;
        inspect) words='--fields --check --allow-unclean --json --help' && mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        plan) words='--sample --allowance --json --help' ;;
        run) words="$phase --dry-run --via" ;;
        link) words="$phase --dry-run --plan" ;;
        relink) words='--orphans --csv --json' ;;
        thumbs) words="$phase --dry-run" ;;
        script) words='uploader mark-and-stamp cloud-manipulator fields --how --table --global --steps --help' ;;
        export)
          words="$phase --dry-run --via --to --table --fields --id --key --text --state --allow-unclean"
          mapfile -t COMPREPLY < <(compgen -f -- "$current")
          ;;
        mark) words="$phase --dry-run --via --push-marks" ;;
        stamp) words="$phase --dry-run --via --from-ledger" ;;
        retry) words="$phase --via --reason" ;;
        verify) words='--deep --source --sample --seed --offline --combined --json --help' ;;
        status) words='--json --help' ;;
        list) words='--fate --reason --attention --json --help' ;;
        presign) words='--id --key --method --expires --help' ;;
        ledger) words='check export rebuild --file --to --bag --copy --json --help' ;;
        unstamp) words='--failed --all --yes --dry-run --json --help' ;;
        *) words='--help' ;;
      esac
      ;;
  esac
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _fmferry fmferry
