" What is opened goes to crib as one argument: no shell reads a word of the text.

function! s:program() abort
    return get(g:, 'crib_program', 'crib')
endfunction

" A shell for those commands that system() runs: the user's may be one that quotes otherwise.
function! s:system(command) abort
    let l:shell = &shell
    try
        set shell=/bin/sh
        return system(a:command)
    finally
        let &shell = l:shell
    endtry
endfunction

function! s:call(words) abort
    return join(map([s:program()] + a:words, 'shellescape(v:val)'), ' ')
endfunction

function! crib#complete(lead, line, at) abort
    return split(s:system(s:call(['list', '--complete', '--', a:lead]) . ' 2>/dev/null'), "\n")
endfunction

" The window closes with crib, unless there is something to be read in it.
function! s:ended(buffer, status) abort
    if a:status == 0 && bufexists(a:buffer)
        execute 'bwipeout!' a:buffer
    endif
endfunction

function! crib#open(what) abort
    let l:words = [s:program()] + (empty(a:what) ? [] : ['open', '--', a:what])
    if has('nvim')
        botright new
        let l:buffer = bufnr('%')
        call termopen(l:words, {'on_exit': {job, status, event -> s:ended(l:buffer, status)}})
        startinsert
    elseif has('terminal')
        botright new
        let l:buffer = term_start(l:words, {'curwin': 1, 'term_name': 'crib',
            \ 'exit_cb': {job, status -> timer_start(0, {timer -> s:ended(bufnr('crib'), status)})}})
    else
        execute '!' . s:call(empty(a:what) ? [] : ['open', '--', escape(a:what, '%#!')])
    endif
endfunction

" The link, else the run of what codes are made of, that the cursor stands on.
function! crib#word() abort
    for l:pattern in ['crib:\/\/[^[:blank:]<>"]*', '\w[0-9A-Za-z_.+-]*']
        let l:from = 0
        while 1
            let [l:text, l:start, l:end] = matchstrpos(getline('.'), l:pattern, l:from)
            if l:start < 0 || l:start >= col('.')
                break
            elseif col('.') <= l:end
                return substitute(l:text, '[._+,;:)-]*$', '', '')
            endif
            let l:from = l:end
        endwhile
    endfor
    return ''
endfunction

function! s:known(word) abort
    if a:word =~? '^crib:\/\/'
        return 1
    elseif a:word !~ '\d' || !executable(s:program())
        return 0
    endif
    call s:system(s:call(['for', '--all', '--code=' . a:word, '--asset=' . a:word, '--json']) . ' >/dev/null 2>&1')
    return v:shell_error == 0
endfunction

function! crib#look_up() abort
    let l:word = crib#word()
    if s:known(l:word)
        call crib#open(l:word)
    else
        normal! K
    endif
endfunction
