console.log('{"ok":false}')
