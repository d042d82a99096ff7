"""Servers for tests, demonstrations and benchmarks: RabbitMQ and MongoDB, wherever they can be found."""

from stack.errors import StackError
from stack.finding import running_stack, start_stack
from stack.local import LocalStack, start_local
from stack.stack import Stack

__all__ = ["LocalStack", "Stack", "StackError", "running_stack", "start_local", "start_stack"]
