// The program is built with -modfile=versions/RELEASE.mod; this file marks the root of the module.
module propolis/oracle/engine

go 1.26.0
