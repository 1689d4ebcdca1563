@echo off
rem Runs the terminal command of Landscape by the Node inside the editor, else by the one on the PATH.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined LANDSCAPE_NODE set LANDSCAPE_NODE=node
"%LANDSCAPE_NODE%" "%~dp0..\..\dist\cli.js" %*
