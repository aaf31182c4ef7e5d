"""What the weeks on deep learning ask for, in one file: see `grading/sandbox/rehearsal.py`."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def model(inputs, hidden, seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, 1))


def train(features, labels, epochs, seed):
    network = model(features.shape[1], 16, seed)
    data = TensorDataset(torch.as_tensor(features), torch.as_tensor(labels).unsqueeze(1))
    loader = DataLoader(data, batch_size=32, shuffle=True, generator=torch.Generator().manual_seed(seed))
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    loss_of = nn.BCEWithLogitsLoss()
    history = []
    for _ in range(epochs):
        network.train()
        total = 0.0
        for batch, wanted in loader:
            optimiser.zero_grad()
            loss = loss_of(network(batch), wanted)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(batch)
        history.append(total / len(data))
    network.eval()
    with torch.no_grad():
        scores = torch.sigmoid(network(torch.as_tensor(features))).squeeze(1)
    return scores.numpy(), history


def gradient(values):
    point = torch.tensor(values, requires_grad=True)
    (point**2).sum().backward()
    return point.grad


def convolved(signal, kernel):
    layer = nn.Conv1d(1, 1, len(kernel), bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(kernel).view(1, 1, -1))
        return layer(torch.as_tensor(signal).view(1, 1, -1)).view(-1)


def last_state(batch, hidden):
    torch.manual_seed(0)
    _, (state, _) = nn.LSTM(batch.shape[-1], hidden, batch_first=True)(batch)
    return state.detach()


def standardised(matrix):
    return (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)


def table(rows):
    return np.array([[float(cell) for cell in row.split()] for row in rows])
