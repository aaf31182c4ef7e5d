import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Detector(nn.Module):
    def __init__(self, channels=8):
        super().__init__()
        self.convolution = nn.Conv1d(1, channels, kernel_size=5)
        self.state = nn.GRU(channels, channels, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.score = nn.Linear(channels, 1)

    def forward(self, windows):
        found = torch.relu(self.convolution(windows.unsqueeze(1)))
        _, last = self.state(found.transpose(1, 2))
        return self.score(self.drop(last.squeeze(0))).squeeze(-1)


def train(windows, labels, epochs, seed):
    torch.manual_seed(seed)
    network = Detector()
    loader = DataLoader(TensorDataset(windows, labels), batch_size=64, shuffle=True)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.02)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, 6, 0.5)
    losses = []
    for _ in range(epochs):
        network.train()
        for batch, wanted in loader:
            optimiser.zero_grad(set_to_none=True)
            loss = nn.functional.binary_cross_entropy_with_logits(network(batch), wanted)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
        schedule.step()
        losses.append(loss.item())
    return network.eval(), losses


def scores(windows, labels, epochs=12, seed=0):
    network, _ = train(windows, labels, epochs, seed)
    with torch.inference_mode():
        return torch.sigmoid(network(windows)).clone()


def weights_survive(windows, labels):
    network, _ = train(windows, labels, 1, 0)
    kept = io.BytesIO()
    torch.save(network.state_dict(), kept)
    kept.seek(0)
    again = Detector()
    again.load_state_dict(torch.load(kept, weights_only=True))
    again.eval()
    with torch.no_grad():
        return bool(torch.equal(network(windows), again(windows)))


def shape_of(layer_input):
    return nn.Conv1d(1, 3, 4, stride=2)(layer_input).shape


def twice(values):
    return values * 2


def jacobian(point):
    return torch.func.jacrev(lambda x: x**3)(point)


def exploded():
    return torch.ones(2, 3) @ torch.ones(2, 3)
