#!/usr/bin/env bash
# Builds, tests, and, when both are green, releases what was built. For any CI server that runs a command after a push.
#
#   BUILD_COMMAND='dotnet build' TEST_COMMAND='dotnet test' POOL=app BALANCER=tcp://lb1:9999 \
#   DEPLOY_SCRIPT=./deploy.ps1 APPSTATUS_STORE=redis://store:6379/0 ./deploy-when-green.sh
#
# BALANCER may be an HAProxy (tcp://, unix://) or a routing table in a Redis (redis://, rediss://), for which DRAIN_WAIT_SECONDS
# says how long a drain takes. For an environment of AppStatus, IMAGE=shop in place of DEPLOY_SCRIPT releases shop:$RELEASE.
#
# The release is named by the time, as 20261121-181530: such tags sort as they were made, and Undo-Deployment -Release TAG
# goes back to a known one. The commands find it in RELEASE. It becomes a tag of the repository when everything is green;
# a job that is run again finds its own tag, and goes on.
# Exit code: 0 released; that of the build or of the tests, when they failed: then nothing is deployed; 1 when the release failed,
# or its tag is that of another commit.
set -euo pipefail
: "${BUILD_COMMAND:?what builds}" "${TEST_COMMAND:?what tests}" "${POOL:?the pool}" "${BALANCER:?tcp://host:port}"
if [ -n "${IMAGE:-}" ] && [ -n "${DEPLOY_SCRIPT:-}" ]; then echo "IMAGE and DEPLOY_SCRIPT are both set: one of them says what a release is." >&2; exit 1; fi
: "${IMAGE:-${DEPLOY_SCRIPT:?what is run for each instance; or set IMAGE}}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RELEASE=${RELEASE:-$(date -u +%Y%m%d-%H%M%S)}
export RELEASE

echo "== build $RELEASE"
bash -c "$BUILD_COMMAND" || { code=$?; echo "The build failed with exit code $code: nothing is deployed." >&2; exit "$code"; }

echo "== test $RELEASE"
bash -c "$TEST_COMMAND" || { code=$?; echo "The tests failed with exit code $code: nothing is deployed." >&2; exit "$code"; }

if git rev-parse --git-dir >/dev/null 2>&1; then
  tagged=$(git rev-parse -q --verify "refs/tags/$RELEASE^{commit}" || true)
  if [ -z "$tagged" ] || [ "$tagged" != "$(git rev-parse HEAD)" ]; then
    git tag -- "$RELEASE" || { echo "The commit can't be tagged $RELEASE: nothing is deployed." >&2; exit 1; }
    echo "== tagged $RELEASE"
  fi
fi

echo "== release $RELEASE"
pwsh -NoProfile -NonInteractive -File "$here/Deploy-Build.ps1" </dev/null
