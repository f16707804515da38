#compdef fmferry
# SPDX-License-Identifier: Apache-2.0

_fmferry() {
  local -a commands phase
  local fates='(pending moved empty corrupt duplicate refused quarantined)'
  local reasons='(no_data unreachable zero_bytes truncated malformed damaged_at_source duplicate_id missing_id key_taken unnameable fetch_failed store_failed write_refused vanished no_parent catalogue_conflict catalogue_misfit not_a_picture undecodable too_large too_slow worker_died)'
  commands=(
    'init:write a commented fmferry.toml'
    'doctor:try every way in, the store and the catalogue'
    'inspect:what a FileMaker file holds, without a server'
    'plan:what a run would do, how much and how long'
    'run:everything\: inventory, export, verify, mark, stamp, link'
    'mark:write the best container to the mark field'
    'stamp:stamp at the server what was moved from a closed file'
    'export:move the best containers to the store, then stamp'
    'link:write moved records into the catalogue'
    'relink:look parents up again, after they were imported anew'
    'thumbs:make the thumbnails that are missing'
    'retry:take up quarantined records again'
    'verify:compare source, ledger, store and catalogue'
    'unstamp:take stamps back'
    'status:what the ledger knows, by fate'
    'list:records with their fates'
    'report:write manifest.csv and SHA256SUMS anew'
    'presign:a URL that opens one object for a while'
    'script:make a FileMaker script to be pasted'
    'ledger:look at the ledger itself'
    'version:the version, and what this build can do'
  )
  phase=(
    '--limit[take up at most N records]:number:'
    '--batch-size[records a page and a transaction]:number:'
    '--max-width[parallel calls to the source at most]:number:'
    '--max-rate[calls to the source a second at most]:number:'
    '--bwlimit[bytes a second, or a timetable]:rate:'
    '--patience[how long an outage is waited out]:duration:'
    '--max-bytes[begin no more files after so much]:size:'
    '--allowance[what the licence lets out a year]:size:'
    '--time-limit[end after this time]:duration:'
    '--json[results as JSON]'
    '--help[help]'
  )
  local curcontext="$curcontext" state line
  _arguments -C \
    '(-c --config)'{-c,--config}'[the configuration]:file:_files' \
    '(-q --quiet)'{-q,--quiet}'[no progress, only warnings]' \
    '(-v --verbose)'{-v,--verbose}'[say more]' \
    '--version[the version]' '--help[help]' \
    '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
        init) _arguments '--server:url:' '--database:name:' '--layout:name:' '--user:name:' '--store:store:_files -/' ;;
        doctor)
          _arguments '--write-test[write one mark and stamp as they are]' '--check-limit[how long one check may take]:duration:' \
            '--explain[what a message means]:message:' '--json'
          ;;
        inspect) _arguments '--fields[all fields, too]' '--check[prove all that can be proven]' '--allow-unclean[copied while open]' '--json' '1:file:_files' ;;
        plan) _arguments '--sample[fetch at most N files]:number:' '--allowance[what the licence lets out a year]:size:' '--json' ;;
        run) _arguments $phase '--dry-run[write nothing]' '--via:way:(api script)' ;;
        link) _arguments $phase '--dry-run[write nothing]' '--plan[show the rows; write nothing]' ;;
        relink)
          _arguments '--orphans[only list images without a parent]' \
            '--csv[write that list to a file]:file:_files' '--json'
          ;;
        thumbs) _arguments $phase '--dry-run[write nothing]' ;;
        export)
          _arguments $phase '--dry-run[write nothing]' '--via:way:(api script)' '--to:place:_files -/' '--table:table:' '--fields:fields:' '--id:field:' \
            '--key:template:' '--text:format:(csv jsonl)' '--state:folder:_files -/' '--allow-unclean[copied while open]' '1:file:_files'
          ;;
        mark) _arguments $phase '--dry-run[write nothing]' '--via:way:(api script)' '--push-marks[from the ledger to the server]' ;;
        stamp) _arguments $phase '--dry-run[write nothing]' '--via:way:(api script)' '--from-ledger[of records that have none yet]' ;;
        retry) _arguments $phase '--via:way:(api script)' "--reason:reason:$reasons" ;;
        verify)
          _arguments '--deep[hash every object]' '--source[read the containers again]' \
            '--sample[for this part only]:percent' '--seed[which part]:number' \
            '--offline[do not ask the source]' '--combined[a line an object]:file:_files' '--json'
          ;;
        status) _arguments '--json' ;;
        list) _arguments "--fate:fate:$fates" "--reason:reason:$reasons" '--attention[only what needs a look]' '--json' ;;
        presign) _arguments '--id:id:' '--key:key:' '--method:method:(GET PUT)' '--expires:duration:' ;;
        script)
          _arguments '1:which:(uploader mark-and-stamp cloud-manipulator fields)' '--how[how to get it into FileMaker]' \
            '--table:table occurrence:' '--global:container field:' '--steps[for an open script]'
          ;;
        ledger)
          _arguments '1:what:(check export rebuild)' '--file[an exported audit.jsonl]:file:_files' \
            '--to[a new folder]:folder:_files -/' '--bag[with the objects]' '--copy[no hard links]' '--json'
          ;;
        unstamp) _arguments '--failed[whose object fails]' '--all' '--yes[do not ask]' '--dry-run' '--json' ;;
      esac
      ;;
  esac
}

_fmferry "$@"
