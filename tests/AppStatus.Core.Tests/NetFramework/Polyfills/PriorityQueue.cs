using System.Diagnostics.CodeAnalysis;

namespace System.Collections.Generic;

/// <summary>What the tests use of .NET's own. As there, elements of the same priority leave in no order that may be relied on.</summary>
internal sealed class PriorityQueue<TElement, TPriority>
    where TElement : notnull
{
    private readonly List<(TElement Element, TPriority Priority)> _heap = [];
    private readonly IComparer<TPriority> _comparer = Comparer<TPriority>.Default;

    public int Count => _heap.Count;

    public void Enqueue(TElement element, TPriority priority)
    {
        int at = _heap.Count;
        _heap.Add((element, priority));
        while (at > 0 && _comparer.Compare(priority, _heap[(at - 1) / 4].Priority) < 0)
        {
            _heap[at] = _heap[(at - 1) / 4];
            at = (at - 1) / 4;
        }

        _heap[at] = (element, priority);
    }

    public TElement Dequeue() =>
        TryDequeue(out TElement? element, out _) ? element : throw new InvalidOperationException("The queue is empty.");

    public bool TryPeek([NotNullWhen(true)] out TElement? element, out TPriority? priority)
    {
        bool any = _heap.Count > 0;
        (element, priority) = any ? _heap[0] : default;
        return any;
    }

    public bool TryDequeue([NotNullWhen(true)] out TElement? element, out TPriority? priority)
    {
        if (!TryPeek(out element, out priority)) return false;
        (TElement Element, TPriority Priority) last = _heap[_heap.Count - 1];
        _heap.RemoveAt(_heap.Count - 1);
        if (_heap.Count > 0) Sink(last);
        return true;
    }

    private void Sink((TElement Element, TPriority Priority) item)
    {
        int at = 0;
        while ((at * 4) + 1 is var first && first < _heap.Count)
        {
            int least = first;
            for (int child = first + 1; child < Math.Min(first + 4, _heap.Count); child++)
                if (_comparer.Compare(_heap[child].Priority, _heap[least].Priority) < 0) least = child;
            if (_comparer.Compare(item.Priority, _heap[least].Priority) <= 0) break;
            _heap[at] = _heap[least];
            at = least;
        }

        _heap[at] = item;
    }
}
