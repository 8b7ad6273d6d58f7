/** The words of parcels: dossiers carried to the Portal by hand, and what comes back. */
export interface ParcelWords {
  title: string;
  about: string;
  make: string;
  making: string;
  chooseFolder: string;
  made: (name: string, dossiers: number, size: string) => string;
  showFolder: string;
  take: string;
  taking: string;
  chooseReplies: string;
  /** How many were receipted now, refused, and not taken yet. */
  taken: (receipted: number, refused: number, later: number) => string;
  /** Dossiers that were received as they were sealed, though they were taken back here. */
  takenBack: (count: number) => string;
  /** Dossiers that did not go into the parcel, before their list. */
  leftOut: (count: number) => string;
  tooLarge: (dossiers: number, bytes: string, limit: string, fits: number) => string;
  /** To write those that fit. */
  fitting: (count: number) => string;
  stopping: string;
  stopped: string;
  takeBack: { title: string; about: (file: string, time: string) => string; then: string; reason: string; reasonHint: string; cancel: string; take: string };
  nothingNew: string;
  carry: string;
  carrying: string;
  chooseParcels: string;
  carried: (reply: string) => string;
  /** Of a dossier that was sealed into one. */
  sealed: (time: string) => string;
}

export const parcelVi: ParcelWords = {
  title: 'Gói mang tay',
  about: 'Khi không có mạng nhiều ngày: ghi hồ sơ chờ gửi vào một tệp đã niêm phong, mang tới máy có mạng hoặc tới Cổng, rồi nhận xác nhận mang về.',
  make: 'Ghi gói mang tay…',
  making: 'Đang ghi gói…',
  chooseFolder: 'Chọn nơi ghi gói, chẳng hạn ổ USB',
  made: (name, dossiers, size) =>
    `Đã ghi ${dossiers} hồ sơ (${size}) vào ${name}. Chỉ Cổng mở được gói này. Hồ sơ vẫn nằm trong hàng chờ; có mạng trước thì tự gửi, không bị nộp hai lần.`,
  showFolder: 'Mở thư mục',
  take: 'Nhận xác nhận…',
  taking: 'Đang nhận xác nhận…',
  chooseReplies: 'Chọn tệp xác nhận mang về (.hoso-reply)',
  taken: (receipted, refused, later) =>
    [
      receipted > 0 ? `Đã nhận xác nhận cho ${receipted} hồ sơ.` : '',
      refused > 0 ? `Cổng không nhận ${refused} hồ sơ; các hồ sơ này chuyển sang mục “Cần xử lý”.` : '',
      later > 0 ? `${later} hồ sơ Cổng chưa nhận được, vẫn chờ gửi.` : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
  takenBack: (count) => `${count} hồ sơ đã lấy ra để sửa nhưng Cổng nhận theo bản trong gói: hồ sơ coi như đã gửi, phần sửa sau đó chưa tới Cổng.`,
  leftOut: (count) => `${count} hồ sơ không có trong gói, vẫn chờ gửi:`,
  tooLarge: (dossiers, bytes, limit, fits) =>
    fits > 0
      ? `${dossiers} hồ sơ chờ gửi nặng ${bytes}, một gói chứa nhiều nhất ${limit}. Chưa ghi gì. ${fits} hồ sơ vừa một gói; phần còn lại ghi vào gói sau.`
      : `Hồ sơ chờ gửi nặng ${bytes}, một gói chứa nhiều nhất ${limit}: không hồ sơ nào vừa một gói. Chưa ghi gì.`,
  fitting: (count) => `Ghi ${count} hồ sơ vừa gói`,
  stopping: 'Đang dừng…',
  stopped: 'Đã dừng theo yêu cầu. Không có gói dở dang nào được để lại; hồ sơ vẫn chờ gửi.',
  takeBack: {
    title: 'Lấy hồ sơ ra khỏi hàng chờ để sửa',
    about: (file, time) => `Hồ sơ này đã được ghi vào gói ${file} lúc ${time}, và chưa có xác nhận. Gói đó có thể vẫn tới Cổng.`,
    then: 'Nếu gói tới Cổng, Cổng nhận nội dung đã ghi vào gói; những gì sửa từ bây giờ sẽ không được nhận nữa. Chỉ lấy ra khi chắc gói không được mang đi, hoặc khi nội dung trong gói không dùng được.',
    reason: 'Lý do lấy ra',
    reasonHint: 'Được ghi vào nhật ký của hồ sơ.',
    cancel: 'Thôi',
    take: 'Lấy ra để sửa',
  },
  nothingNew: 'Không có gì mới: các xác nhận này máy đã nhận từ trước.',
  carry: 'Gửi hộ gói của máy khác…',
  carrying: 'Đang gửi hộ…',
  chooseParcels: 'Chọn gói của máy khác (.hoso)',
  carried: (reply) => `Cổng đã nhận gói. Xác nhận được ghi cạnh gói: ${reply}. Hãy mang tệp này về máy đã ghi gói.`,
  sealed: (time) => `Đã ghi vào gói mang tay lúc ${time}, chưa có xác nhận`,
};

export const parcelEn: ParcelWords = {
  title: 'Carried by hand',
  about: 'Without a network for days: seal what waits into one file, take it to a computer with a network or to the Portal, and bring the reply back.',
  make: 'Write a parcel…',
  making: 'Writing the parcel…',
  chooseFolder: 'Where to write the parcel, such as a USB stick',
  made: (name, dossiers, size) =>
    `${dossiers === 1 ? '1 dossier' : `${dossiers} dossiers`} (${size}) sealed into ${name}. Only the Portal can open it. They stay in the queue; whichever way is first counts, none is filed twice.`,
  showFolder: 'Open the folder',
  take: 'Take a reply…',
  taking: 'Taking the reply…',
  chooseReplies: 'Choose the replies that came back (.hoso-reply)',
  taken: (receipted, refused, later) =>
    [
      receipted > 0 ? `${receipted} receipted.` : '',
      refused > 0 ? `${refused} refused by the Portal: they stand under “Needs action” now.` : '',
      later > 0 ? `${later} not taken yet, they still wait.` : '',
    ]
      .filter((text) => text !== '')
      .join(' '),
  takenBack: (count) => `${count} taken back here were received as they were sealed: they count as sent, and what was changed since is not at the Portal.`,
  leftOut: (count) => `${count === 1 ? '1 dossier is' : `${count} dossiers are`} not in the parcel and still wait:`,
  tooLarge: (dossiers, bytes, limit, fits) =>
    fits > 0
      ? `The ${dossiers} dossiers that wait are ${bytes}, one parcel holds ${limit}. Nothing is written yet. ${fits} of them fit; the rest goes into another parcel.`
      : `What waits is ${bytes}, one parcel holds ${limit}: no dossier fits. Nothing is written.`,
  fitting: (count) => `Write the ${count} that fit`,
  stopping: 'Stopping…',
  stopped: 'Stopped as asked. No unfinished parcel is left; the dossiers still wait.',
  takeBack: {
    title: 'Take the dossier back to edit it',
    about: (file, time) => `The dossier was sealed into the parcel ${file} at ${time}, and no receipt has come. That parcel may still reach the Portal.`,
    then: 'If it does, the Portal receives what was sealed, and what is changed from now on is not taken any more. Take it back only if the parcel is surely not carried on, or what is in it is of no use.',
    reason: 'Reason',
    reasonHint: 'It goes into the journal of the dossier.',
    cancel: 'Cancel',
    take: 'Take it back',
  },
  nothingNew: 'Nothing new: this computer had these receipts before.',
  carry: 'Send another computer’s parcel…',
  carrying: 'Sending the parcel…',
  chooseParcels: 'Choose parcels of other computers (.hoso)',
  carried: (reply) => `The Portal has taken the parcel. The reply lies beside it: ${reply}. Take it back to the computer that made the parcel.`,
  sealed: (time) => `Sealed into a parcel at ${time}, no receipt yet`,
};
