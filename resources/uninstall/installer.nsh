; Before the files go: takes Bulkhead off the engines of whoever uninstalls it. An update runs this too, and leaves everything in force.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    DetailPrint "Removing Bulkhead from your engines"
    ExecWait '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" --clear-engines' $0
    ${if} $0 != 0
      DetailPrint "Some engines were not cleared. Install Bulkhead again and use 'Remove from this engine' in its settings."
    ${endIf}
  ${endIf}
!macroend
