"""Upload to an object store that speaks Amazon's protocol: only what changed, pages after what they show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from appealsite.deploy.sent import Difference, Sent, decode, difference, encode, files_of
from appealsite.hosts.s3 import UPLOADS, Entry, entry_of
from appealsite.problems import Mark, Problem, ProblemsFound

LIST = ".appealsite-sent"  # the key of the list of what was sent, in the bucket itself, so that any machine can go on
_AT_ONCE = 16  # requests under way
_UNSURE = "0" * 64  # the digest of what a deploy sets out to send or delete; no file has it
_DELETE_AT_ONCE = 1_000  # https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html

Progress = Callable[[str, int, int], None]

_PATIENCE = 20  # seconds to wait for an answer


class Bucket:
    """A bucket and what was sent to it. Credentials come from the environment, as boto3 documents."""

    def __init__(self, name: str, endpoint: str | None) -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            problem = Problem(Mark("--bucket"), "needs the extra 's3'", "pip install -e '.[s3]'")
            raise ProblemsFound([problem]) from None
        self.name = name
        self._errors = (BotoCoreError, ClientError, RecursionError)  # the last where an endpoint leads back to itself
        config = Config(
            retries={"mode": "standard", "max_attempts": 5},
            max_pool_connections=_AT_ONCE,
            connect_timeout=_PATIENCE,
            read_timeout=_PATIENCE,
        )
        try:
            self._client: Any = boto3.client("s3", endpoint_url=endpoint, config=config)
        except (*self._errors, ValueError) as error:
            raise self._failed(error) from error

    def plan(self, site: Path) -> tuple[Difference, Sent]:
        """What a deploy of the built site would change, and the list it would leave. Raises ProblemsFound."""
        entries = _entries(site)
        now = {
            name: hashlib.sha256((digest + json.dumps(_entry(entries, name))).encode()).hexdigest()
            for name, digest in files_of(site).items()
        }
        return difference(now, self._sent()), now

    def send(self, site: Path, change: Difference, now: Sent, progress: Progress) -> None:
        """Upload, then delete, then keep the list.

        Before that, the list is kept with what is to change marked as unsure. So whatever is built after a run that
        broke off, the next run sends those files again or deletes them.
        """
        entries = _entries(site)
        unsure = dict.fromkeys((*change.new, *change.changed, *change.removed), _UNSURE)
        names = sorted((*change.new, *change.changed))
        pages = [name for name in names if name.endswith(".html")]
        others = [name for name in names if not name.endswith(".html")]  # what pages show is there before they are

        def put(name: str) -> None:
            entry = _entry(entries, name)
            more = {}
            if "website_redirect_location" in entry:
                more["WebsiteRedirectLocation"] = entry["website_redirect_location"]
            self._client.put_object(
                Bucket=self.name,
                Key=entry["key"],
                Body=(site / name).read_bytes(),
                ContentType=entry["content_type"],
                CacheControl=entry["cache_control"],
                **more,
            )

        try:
            if unsure:
                self._keep({**now, **unsure})
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                sent = (name for files in (others, pages) for name in pool.map(put, files))
                for done, _ in enumerate(sent, 1):
                    progress("sending", done, len(names))
            self._delete(change.removed)
            self._keep(now)
        except (*self._errors, OSError) as error:  # the latter of a file that was there a moment ago
            raise self._failed(error) from error

    def _keep(self, sent: Sent) -> None:
        self._client.put_object(Bucket=self.name, Key=LIST, Body=encode(sent), ContentType="text/plain")

    def _delete(self, names: Sequence[str]) -> None:
        for at in range(0, len(names), _DELETE_AT_ONCE):
            objects = [{"Key": name} for name in names[at : at + _DELETE_AT_ONCE]]
            said = self._client.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
            for failed in said.get("Errors", []):
                message = f"'{failed['Key']}' cannot be deleted: {failed.get('Message', failed['Code'])}"
                raise ProblemsFound([Problem(Mark(f"--bucket {self.name}"), message)])

    def _sent(self) -> Sent:
        try:
            data: bytes = self._client.get_object(Bucket=self.name, Key=LIST)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return {}
        except self._errors as error:
            raise self._failed(error) from error
        return decode(data, f"s3://{self.name}/{LIST}")

    def _failed(self, error: Exception) -> ProblemsFound:
        hint = "what was sent stays; the next run goes on from there"
        message = "the endpoint leads back to itself" if isinstance(error, RecursionError) else str(error)
        return ProblemsFound([Problem(Mark(f"--bucket {self.name}"), message, hint)])


def _entries(site: Path) -> dict[str, Entry]:
    """What the build says of each object. Raises ProblemsFound for a site that was built for another host."""
    try:
        listed = json.loads((site / UPLOADS).read_bytes())
        return {entry["key"]: entry for entry in listed["objects"]}
    except (OSError, ValueError, KeyError, TypeError):
        problem = Problem(Mark(site.name), "was not built for an object store", "run python build.py --host s3 first")
        raise ProblemsFound([problem]) from None


def _entry(entries: dict[str, Entry], name: str) -> Entry:
    return entries.get(name) or entry_of(name)
