# SPDX-License-Identifier: Apache-2.0

set -l commands init doctor inspect plan run mark stamp export link relink thumbs retry verify unstamp status list report presign ledger script version
set -l phases run mark stamp export link thumbs retry
set -l fates pending moved empty corrupt duplicate refused quarantined
set -l reasons no_data unreachable zero_bytes truncated malformed damaged_at_source duplicate_id missing_id key_taken unnameable fetch_failed store_failed write_refused vanished no_parent catalogue_conflict catalogue_misfit not_a_picture undecodable too_large too_slow worker_died

complete -c fmferry -f
complete -c fmferry -s c -l config -r -F -d 'the configuration'
complete -c fmferry -s q -l quiet -d 'no progress, only warnings'
complete -c fmferry -s v -l verbose -d 'say more'
complete -c fmferry -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c fmferry -n "__fish_seen_subcommand_from init" -l server -x
complete -c fmferry -n "__fish_seen_subcommand_from init" -l database -x
complete -c fmferry -n "__fish_seen_subcommand_from init" -l layout -x
complete -c fmferry -n "__fish_seen_subcommand_from init" -l user -x
complete -c fmferry -n "__fish_seen_subcommand_from init" -l store -r -F
complete -c fmferry -n "__fish_seen_subcommand_from doctor" -l write-test -d 'write one mark and stamp as they are'
complete -c fmferry -n "__fish_seen_subcommand_from doctor" -l check-limit -x -d 'how long one check may take'
complete -c fmferry -n "__fish_seen_subcommand_from doctor" -l explain -x -d 'what a message means'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l limit -x -d 'take up at most N records'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l batch-size -x -d 'records a page and a transaction'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l width -x -d 'parallel calls at most'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l patience -x -d 'how long an outage is waited out'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l max-bytes -x -d 'begin no more files after so much'
complete -c fmferry -n "__fish_seen_subcommand_from plan $phases" -l allowance -x -d 'what the licence lets out a year'
complete -c fmferry -n "__fish_seen_subcommand_from plan" -l sample -x -d 'fetch at most N files'
complete -c fmferry -n "__fish_seen_subcommand_from $phases" -l time-limit -x -d 'end after this time'
complete -c fmferry -n "__fish_seen_subcommand_from run mark stamp export link thumbs" -l dry-run -d 'write nothing'
complete -c fmferry -n "__fish_seen_subcommand_from link" -l plan -d 'show the rows; write nothing'
complete -c fmferry -n "__fish_seen_subcommand_from relink" -l orphans -d 'only list images without a parent'
complete -c fmferry -n "__fish_seen_subcommand_from relink" -l csv -r -F -d 'write that list to a file'
complete -c fmferry -n "__fish_seen_subcommand_from mark" -l push-marks -d 'from the ledger to the server'
complete -c fmferry -n "__fish_seen_subcommand_from stamp" -l from-ledger -d 'of records that have none yet'
complete -c fmferry -n "__fish_seen_subcommand_from inspect export" -k -a "(__fish_complete_suffix .fmp12)"
complete -c fmferry -n "__fish_seen_subcommand_from inspect" -l fields -d 'all fields, too'
complete -c fmferry -n "__fish_seen_subcommand_from inspect" -l check -d 'prove all that can be proven'
complete -c fmferry -n "__fish_seen_subcommand_from inspect export" -l allow-unclean -d 'copied while open'
complete -c fmferry -n "__fish_seen_subcommand_from export" -l to -r -F -d 'a folder, or s3://bucket/prefix'
complete -c fmferry -n "__fish_seen_subcommand_from export" -l table -x
complete -c fmferry -n "__fish_seen_subcommand_from export" -l fields -x -d 'the waterfall: a,b,c'
complete -c fmferry -n "__fish_seen_subcommand_from export" -l id -x
complete -c fmferry -n "__fish_seen_subcommand_from export" -l key -x
complete -c fmferry -n "__fish_seen_subcommand_from export" -l text -x -a 'csv jsonl'
complete -c fmferry -n "__fish_seen_subcommand_from export" -l state -r -F -d 'where the ledger is kept'
complete -c fmferry -n "__fish_seen_subcommand_from list" -l fate -x -a "$fates"
complete -c fmferry -n "__fish_seen_subcommand_from list retry" -l reason -x -a "$reasons"
complete -c fmferry -n "__fish_seen_subcommand_from list" -l attention -d 'only what needs a look'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l deep -d 'hash every object'
complete -c fmferry -n "__fish_seen_subcommand_from unstamp" -l failed -d 'whose object fails'
complete -c fmferry -n "__fish_seen_subcommand_from unstamp" -l all -d 'all that are stamped'
complete -c fmferry -n "__fish_seen_subcommand_from unstamp" -l yes -d 'do not ask'
complete -c fmferry -n "__fish_seen_subcommand_from unstamp" -l dry-run -d 'write nothing'
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -a 'check export rebuild'
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -l file -r -F -d 'an exported audit.jsonl'
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -l to -r -F -d 'a new folder'
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -l bag -d 'with the objects'
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -l copy -d 'no hard links'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l source -d 'read the containers again'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l sample -x -d 'for this part only: 5%'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l seed -x -d 'which part'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l combined -r -F -d 'a line an object'
complete -c fmferry -n "__fish_seen_subcommand_from verify" -l offline -d 'do not ask the source'
complete -c fmferry -n "__fish_seen_subcommand_from run mark stamp export retry" -l via -x -a 'api script'
complete -c fmferry -n "__fish_seen_subcommand_from script" -a 'uploader mark-and-stamp cloud-manipulator fields'
complete -c fmferry -n "__fish_seen_subcommand_from script" -l how -d 'how to get it into FileMaker'
complete -c fmferry -n "__fish_seen_subcommand_from script" -l table -x -d 'the table occurrence'
complete -c fmferry -n "__fish_seen_subcommand_from script" -l global -x -d 'a global container'
complete -c fmferry -n "__fish_seen_subcommand_from script" -l steps -d 'for an open script'
complete -c fmferry -n "__fish_seen_subcommand_from presign" -l id -x
complete -c fmferry -n "__fish_seen_subcommand_from presign" -l key -x
complete -c fmferry -n "__fish_seen_subcommand_from presign" -l method -x -a 'GET PUT'
complete -c fmferry -n "__fish_seen_subcommand_from presign" -l expires -x
complete -c fmferry -n "__fish_seen_subcommand_from ledger" -a check
complete -c fmferry -n "__fish_seen_subcommand_from plan $phases doctor inspect verify status list ledger" -l json -d 'results as JSON'
