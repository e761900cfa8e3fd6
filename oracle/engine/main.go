// Command engine answers policy cases with Cilium's own policy engine: the module github.com/cilium/cilium of one
// version, chosen when it is built. Cases come as JSON lines on stdin and leave, answered, on stdout.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(release())
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "measure" {
		fail(measure(os.Args[2]))
		return
	}
	fail(answerAll())
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// answerAll keeps whatever else a case says: only the answers are added.
func answerAll() error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for decoder := json.NewDecoder(in); decoder.More(); {
		var line json.RawMessage
		if err := decoder.Decode(&line); err != nil {
			return err
		}
		answered, err := answer(line)
		if err != nil {
			return err
		}
		if err := encoder.Encode(answered); err != nil {
			return err
		}
	}
	return nil
}

func answer(line json.RawMessage) (map[string]any, error) {
	var found Case
	if err := json.Unmarshal(line, &found); err != nil {
		return nil, err
	}
	answered := map[string]any{}
	if err := json.Unmarshal(line, &answered); err != nil {
		return nil, err
	}
	found.applySettings()
	switch {
	case found.Selector != nil:
		answerNames(&found, answered)
	case found.Policy != nil:
		answerValidation(&found, answered)
	default:
		answerFlows(&found, answered)
	}
	return answered, nil
}
