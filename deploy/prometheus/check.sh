#!/bin/sh
# Checks the alerts with promtool, of Debian's package prometheus; PROMTOOL names another one.
set -eu
cd "$(dirname "$0")"
promtool=${PROMTOOL:-promtool}
"$promtool" check rules alerts.yaml
"$promtool" test rules alerts_test.yaml
