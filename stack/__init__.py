"""Servers for tests, demonstrations and benchmarks: RabbitMQ and MongoDB, wherever they can be had."""

from cartwright.stack.errors import StackError
from cartwright.stack.finding import running_stack, start_stack
from cartwright.stack.local import LocalStack, start_local
from cartwright.stack.stack import Stack

__all__ = ["LocalStack", "Stack", "StackError", "running_stack", "start_local", "start_stack"]
