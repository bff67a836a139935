" crib in vim and neovim: K on a code, an asset tag or a crib:// link opens what it is for; `:Crib WHAT` opens anything.
if exists('g:loaded_crib') || &compatible
    finish
endif
let g:loaded_crib = 1

command! -nargs=* -complete=customlist,crib#complete Crib call crib#open(<q-args>)
nnoremap <silent> <Plug>(crib-word) :<C-U>call crib#look_up()<CR>

" Where nothing is known of the word, K does what it did; a mapping of one's own stays.
if !get(g:, 'crib_no_maps') && empty(maparg('K', 'n'))
    nmap K <Plug>(crib-word)
endif
