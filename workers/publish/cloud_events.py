"""CloudEvents 1.0: the attributes of an event as headers of its message."""

from models.answers.answer import Headers


class CloudEvents:
    """Writes the attributes; `source` is this worker's name in them, and `prefix` what their headers begin with."""

    def __init__(self, source: str, prefix: str) -> None:
        self._version, self._id, self._type, self._source, self._subject, self._time = (
            f"{prefix}{name}" for name in ("specversion", "id", "type", "source", "subject", "time")
        )
        self._named = source

    def headers(self, event_id: str, kind: str, subject: str, at: str) -> Headers:
        """The headers of one event; `at` is when it happened, in RFC 3339."""
        return {
            self._version: "1.0",
            self._id: event_id,
            self._type: kind,
            self._source: self._named,
            self._subject: subject,
            self._time: at,
        }
