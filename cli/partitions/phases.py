"""What happens in each phase of a change of the number of partitions."""

from storage.layout import Phase

WORDS = {
    Phase.PREPARING: "workers take note",
    Phase.LEAVING: "new commands wait beside; workers finish the old queues",
    Phase.LEFT: "it is made sure that the old queues are done with",
    Phase.REBUILDING: "the new queues are declared",
    Phase.ENTERING: "new commands go to the new queues; workers finish those that waited beside",
    Phase.ENTERED: "it is made sure that none waits beside any more",
}
